package org.thermos.announce;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.zookeeper.ZooDefs;
import org.thermos.config.json.Json;
import org.thermos.config.json.JsonException;
import org.thermos.config.json.JsonReader;
import org.thermos.log.ErrorText;
import org.thermos.log.Log;

/** Reads the ZooKeeper authentication file, strictly (health 7.9). No message shows a secret. */
public final class AuthenticationFile {
  private static final int MAXIMUM_BYTES = 1024 * 1024;

  private static final Map<String, Integer> PERMISSIONS = new LinkedHashMap<>();

  static {
    PERMISSIONS.put("read", ZooDefs.Perms.READ);
    PERMISSIONS.put("write", ZooDefs.Perms.WRITE);
    PERMISSIONS.put("create", ZooDefs.Perms.CREATE);
    PERMISSIONS.put("delete", ZooDefs.Perms.DELETE);
    PERMISSIONS.put("admin", ZooDefs.Perms.ADMIN);
  }

  private AuthenticationFile() {}

  /**
   * Reads the file; logs if everybody on the host may.
   *
   * @throws AuthenticationFileException if there is none or it is not what it should be: a usage
   *     error
   */
  public static ZooKeeperAuthentication read(Path file, Log log)
      throws AuthenticationFileException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAXIMUM_BYTES + 1);
      if (Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
        log.error(
            "The ZooKeeper credentials in "
                + file
                + " may be read by everybody on this host: chmod o-r it");
      }
    } catch (IOException e) {
      throw new AuthenticationFileException(
          "Failed to open config file " + file + ": " + ErrorText.of(e), e);
    }
    if (bytes.length > MAXIMUM_BYTES) {
      throw problem("larger than " + MAXIMUM_BYTES + " bytes");
    }
    Json json;
    try {
      json = JsonReader.read(bytes);
    } catch (JsonException e) {
      // The parser's own words may quote what it stumbled over.
      throw problem("not JSON" + position(e.getMessage()));
    }
    return parse(json);
  }

  private static String position(String message) {
    int at = message.lastIndexOf(": line ");
    return at < 0 ? "" : message.substring(at);
  }

  private static AuthenticationFileException problem(String what) {
    return new AuthenticationFileException("Problem parsing ZK authentication config " + what);
  }

  private static AuthenticationFileException invalid(String what) {
    return new AuthenticationFileException("ZK authentication config is invalid " + what);
  }

  private static ZooKeeperAuthentication parse(Json json) throws AuthenticationFileException {
    Map<String, Json> top = members(json, "the file", Set.of("auth", "acl"));
    List<ZooKeeperAuthentication.Credential> credentials = new ArrayList<>();
    for (Json entry : list(top, "auth")) {
      Map<String, Json> fields = members(entry, "auth", Set.of("scheme", "credential"));
      credentials.add(
          new ZooKeeperAuthentication.Credential(
              text(fields, "auth", "scheme"), text(fields, "auth", "credential")));
    }
    List<ZooKeeperAuthentication.Permission> permissions = new ArrayList<>();
    for (Json entry : list(top, "acl")) {
      permissions.add(permission(entry));
    }
    return new ZooKeeperAuthentication(credentials, permissions);
  }

  private static ZooKeeperAuthentication.Permission permission(Json entry)
      throws AuthenticationFileException {
    Map<String, Json> fields = members(entry, "acl", Set.of("scheme", "credential", "permissions"));
    String scheme = text(fields, "acl", "scheme");
    String credential = text(fields, "acl", "credential");
    Json granted = fields.get("permissions");
    if (granted == null) {
      throw invalid("acl: permissions is required");
    }
    int bits = 0;
    for (Map.Entry<String, Json> grant :
        members(granted, "permissions", PERMISSIONS.keySet()).entrySet()) {
      if (!(grant.getValue() instanceof Json.Bool value)) {
        throw invalid("permissions: " + grant.getKey() + " is not true or false");
      }
      bits |= value.value() ? PERMISSIONS.get(grant.getKey()) : 0;
    }
    return new ZooKeeperAuthentication.Permission(scheme, identity(scheme, credential), bits);
  }

  private static String identity(String scheme, String credential)
      throws AuthenticationFileException {
    if (!scheme.equals("digest")) {
      return credential;
    }
    if (credential.chars().filter(it -> it == ':').count() != 1) {
      throw invalid("Digest credential should be of the form <user>:<password>");
    }
    return digest(credential);
  }

  /** As ZooKeeper's own DigestAuthenticationProvider, whose class brings a server's along. */
  static String digest(String credential) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-1").digest(credential.getBytes(StandardCharsets.UTF_8));
      return credential.substring(0, credential.indexOf(':'))
          + ":"
          + Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }

  private static Map<String, Json> members(Json json, String where, Set<String> known)
      throws AuthenticationFileException {
    if (!(json instanceof Json.Dictionary object)) {
      throw invalid(where + ": an object is needed");
    }
    for (String key : object.members().keySet()) {
      if (!known.contains(key)) {
        throw invalid(where + ": unknown key " + key);
      }
    }
    return object.members();
  }

  private static List<Json> list(Map<String, Json> members, String key)
      throws AuthenticationFileException {
    Json value = members.get(key);
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof Json.Array array)) {
      throw invalid(key + " is not a list");
    }
    return array.elements();
  }

  private static String text(Map<String, Json> members, String where, String key)
      throws AuthenticationFileException {
    Json value = members.get(key);
    if (value == null) {
      throw invalid(where + ": " + key + " is required");
    }
    if (!(value instanceof Json.Text text)) {
      throw invalid(where + ": " + key + " is not a string");
    }
    return text.value();
  }
}
