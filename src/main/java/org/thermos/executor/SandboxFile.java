package org.thermos.executor;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.mesos.Protos.CommandInfo;
import org.thermos.config.ConfigException;
import org.thermos.config.ConfigException.Kind;

/**
 * A URI that a launch wants in the sandbox, understood as Mesos's fetcher does.
 *
 * @param shown the URI without what may be secret in it
 * @param output below the sandbox
 * @param unpacking empty: it stays as it is
 */
record SandboxFile(
    String shown, Source source, Path output, boolean executable, Optional<Unpacking> unpacking) {

  /** Where it comes from. */
  sealed interface Source {
    /** A file of this machine. */
    record Local(Path path) implements Source {}

    /** By http or https. */
    record Remote(URI uri) implements Source {}
  }

  /** What becomes of an archive, besides staying. */
  enum Unpacking {
    TAR,
    ZIP,
    GZIP
  }

  private static final List<Map.Entry<String, Unpacking>> ARCHIVES =
      List.of(
          Map.entry(".tar", Unpacking.TAR),
          Map.entry(".tgz", Unpacking.TAR),
          Map.entry(".tar.gz", Unpacking.TAR),
          Map.entry(".tbz2", Unpacking.TAR),
          Map.entry(".tar.bz2", Unpacking.TAR),
          Map.entry(".txz", Unpacking.TAR),
          Map.entry(".tar.xz", Unpacking.TAR),
          Map.entry(".zip", Unpacking.ZIP),
          Map.entry(".gz", Unpacking.GZIP));

  static SandboxFile decode(CommandInfo.URI uri) throws ConfigException {
    String value = uri.getValue();
    String shown = shown(value);
    try {
      Source source = source(value);
      Path output = output(uri, source);
      boolean unpacks = uri.getExtract() && !uri.getExecutable();
      return new SandboxFile(
          shown,
          source,
          output,
          uri.getExecutable(),
          unpacks ? unpacking(output) : Optional.empty());
    } catch (URISyntaxException | IllegalArgumentException e) {
      String why = e instanceof URISyntaxException syntax ? syntax.getReason() : e.getMessage();
      throw new ConfigException(
          Kind.UNREADABLE,
          "Could not deserialize task. Cannot fetch '" + shown + "': " + Causes.line(why),
          e);
    }
  }

  /** Neither user nor query, where credentials are. */
  private static String shown(String uri) {
    String bare = uri.replaceFirst("[?#].*", "");
    return Causes.line(bare.replaceFirst("^([A-Za-z][A-Za-z0-9+.-]*://)[^/]*@", "$1"));
  }

  private static Source source(String value) throws URISyntaxException {
    int colon = value.indexOf("://");
    if (colon < 0) {
      return local(value);
    }
    String scheme = value.substring(0, colon).toLowerCase(Locale.ROOT);
    return switch (scheme) {
      case "file" -> local(withoutLocalhost(value.substring(colon + 3)));
      case "http", "https" -> remote(new URI(value));
      default ->
          throw new IllegalArgumentException(
              "this executor knows http, https, file and paths, but not " + scheme);
    };
  }

  /** As for Mesos what follows the scheme is a path, and not encoded. */
  private static String withoutLocalhost(String rest) {
    return rest.startsWith("localhost/") ? rest.substring("localhost".length()) : rest;
  }

  private static Source remote(URI uri) {
    if (uri.getHost() == null) {
      throw new IllegalArgumentException("it names no host");
    }
    return new Source.Remote(uri);
  }

  private static Source local(String path) {
    if (!path.startsWith("/") || path.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("the path is not absolute");
    }
    return new Source.Local(Path.of(path));
  }

  private static Path output(CommandInfo.URI uri, Source source) {
    String text = uri.hasOutputFile() ? uri.getOutputFile() : baseName(source);
    boolean usable =
        !text.isEmpty()
            && !text.startsWith("/")
            && !text.endsWith("/")
            && text.codePoints().noneMatch(c -> Character.isISOControl(c));
    for (String part : text.split("/", -1)) {
      usable = usable && !part.equals("..") && !part.equals(".") && !part.isEmpty();
    }
    if (!usable) {
      throw new IllegalArgumentException(
          "its output '" + text + "' is no name of a file within the sandbox: set output_file");
    }
    return Path.of(text);
  }

  private static String baseName(Source source) {
    String path =
        source instanceof Source.Remote remote
            ? Optional.ofNullable(remote.uri().getPath()).orElse("")
            : ((Source.Local) source).path().toString();
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static Optional<Unpacking> unpacking(Path output) {
    String name = output.getFileName().toString();
    return ARCHIVES.stream()
        .filter(archive -> name.endsWith(archive.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }
}
