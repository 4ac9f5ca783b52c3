package org.thermos.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The accounts of this machine: from its files, and for those that are not in there (LDAP and the
 * like) from what getent and id say.
 */
public final class Accounts {
  private static final int ANSWER_SECONDS = 10;

  private final Path passwd;
  private final Path group;

  public Accounts() {
    this(Path.of("/etc/passwd"), Path.of("/etc/group"));
  }

  Accounts(Path passwd, Path group) {
    this.passwd = passwd;
    this.group = group;
  }

  /**
   * The account a process is to run as (processes 4.2).
   *
   * @throws UnknownUserException in the original's words
   */
  public Account named(String name) throws UnknownUserException {
    return byName(name)
        .orElseThrow(() -> new UnknownUserException("Unable to get pwent information!"));
  }

  /**
   * The account this JVM runs as (processes 4.2).
   *
   * @throws UnknownUserException in the original's words
   */
  public Account current() throws UnknownUserException {
    int uid = currentUid();
    return byUid(uid).orElseThrow(() -> new UnknownUserException("Unknown uid " + uid + "!"));
  }

  /** The effective uid of this JVM. */
  public static int currentUid() {
    try {
      return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    } catch (IOException e) {
      throw new IllegalStateException(
          "unable to find out the uid of this process: /proc is not there", e);
    }
  }

  public Optional<Account> byName(String name) {
    return find(passwdLines(), 0, name).or(() -> find(answer("getent", "passwd", name), 0, name));
  }

  public Optional<Account> byUid(int uid) {
    String number = Integer.toUnsignedString(uid);
    return find(passwdLines(), 2, number)
        .or(() -> find(answer("getent", "passwd", number), 2, number));
  }

  /** The first of that id. */
  public Optional<String> groupName(int gid) {
    String number = Integer.toUnsignedString(gid);
    return groupName(lines(group), number)
        .or(() -> groupName(answer("getent", "group", number), number));
  }

  private static Optional<String> groupName(List<String> lines, String number) {
    return lines.stream()
        .map(line -> line.split(":", -1))
        .filter(fields -> fields.length >= 3 && fields[2].equals(number))
        .map(fields -> fields[0])
        .findFirst();
  }

  private Optional<Account> find(List<String> lines, int column, String wanted) {
    for (String line : lines) {
      String[] fields = line.split(":", -1);
      if (fields.length >= 6 && fields[column].equals(wanted)) {
        return account(fields);
      }
    }
    return Optional.empty();
  }

  private Optional<Account> account(String[] fields) {
    try {
      int uid = Integer.parseUnsignedInt(fields[2]);
      int gid = Integer.parseUnsignedInt(fields[3]);
      return Optional.of(new Account(fields[0], uid, gid, fields[5], groups(fields[0], gid)));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private List<Integer> groups(String name, int gid) {
    return isLocal(name) ? localGroups(name) : foreignGroups(name, gid);
  }

  private boolean isLocal(String name) {
    return passwdLines().stream().anyMatch(line -> line.startsWith(name + ":"));
  }

  private List<Integer> localGroups(String name) {
    List<Integer> groups = new ArrayList<>();
    for (String line : lines(group)) {
      String[] fields = line.split(":", -1);
      if (fields.length >= 4 && Arrays.asList(fields[3].split(",", -1)).contains(name)) {
        number(fields[2]).ifPresent(groups::add);
      }
    }
    return groups;
  }

  private static List<Integer> foreignGroups(String name, int gid) {
    List<Integer> groups = new ArrayList<>();
    for (String line : answer("id", "-G", "--", name)) {
      for (String field : line.trim().split(" ", -1)) {
        number(field).filter(group -> group != gid).ifPresent(groups::add);
      }
    }
    return groups;
  }

  private static Optional<Integer> number(String field) {
    try {
      return Optional.of(Integer.parseUnsignedInt(field));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private List<String> passwdLines() {
    return lines(passwd);
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return List.of();
    }
  }

  /** The lines a program prints; none if it fails, is missing or takes too long. */
  private static List<String> answer(String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .start();
      if (!process.waitFor(ANSWER_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return List.of();
      }
      byte[] output = process.getInputStream().readAllBytes();
      return process.exitValue() == 0
          ? new String(output, StandardCharsets.ISO_8859_1).lines().toList()
          : List.of();
    } catch (IOException e) {
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }
}
