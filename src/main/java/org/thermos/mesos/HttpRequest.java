package org.thermos.mesos;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.util.Optional;
import org.thermos.http.HttpConnection;
import org.thermos.http.HttpResponse;

/** A request to the agent. Prints without its token and its body. */
record HttpRequest(
    String method,
    String path,
    String host,
    String mediaType,
    Optional<AuthenticationToken> token,
    ByteString body) {

  static HttpRequest get(AgentEndpoint endpoint, String path) {
    return new HttpRequest(
        "GET", path, endpoint.host(), "application/json", Optional.empty(), ByteString.EMPTY);
  }

  /** A call of the executor API. */
  static HttpRequest call(
      AgentEndpoint endpoint, Optional<AuthenticationToken> token, ByteString body) {
    return new HttpRequest(
        "POST", endpoint.path(), endpoint.host(), "application/x-protobuf", token, body);
  }

  /** Request line and headers, with the empty line that ends them. */
  String head() {
    StringBuilder head = new StringBuilder(256);
    head.append(method).append(' ').append(path).append(" HTTP/1.1\r\n");
    head.append("Host: ").append(host).append("\r\n");
    head.append("Accept: ").append(mediaType).append("\r\n");
    token.ifPresent(t -> head.append("Authorization: ").append(t.authorization()).append("\r\n"));
    if (method.equals("POST")) {
      head.append("Content-Type: ").append(mediaType).append("\r\n");
      head.append("Content-Length: ").append(body.size()).append("\r\n");
    }
    return head.append("\r\n").toString();
  }

  /** Sends it and reads the head of its answer. */
  HttpResponse sendOver(HttpConnection connection) throws IOException {
    return connection.exchange(head(), body::writeTo);
  }

  @Override
  public String toString() {
    return method + " " + path;
  }
}
