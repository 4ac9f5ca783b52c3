package org.thermos.agent;

import com.google.protobuf.ByteString;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One request, completely read.
 *
 * @param path without the query
 * @param headers by lower-case name; repeated ones are joined with commas
 */
record HttpRequest(
    String method, String path, Version version, Map<String, String> headers, ByteString body) {

  /** Decides whether the connection stays open when nothing is said about it. */
  enum Version {
    HTTP_1_0,
    HTTP_1_1
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  boolean keepsConnection() {
    String connection = header("connection").orElse("").toLowerCase(Locale.ROOT);
    return version == Version.HTTP_1_1
        ? !connection.contains("close")
        : connection.contains("keep-alive");
  }
}
