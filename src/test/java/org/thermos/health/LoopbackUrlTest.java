package org.thermos.health;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoopbackUrlTest {
  private static final LoopbackUrl URL = LoopbackUrl.of("http", 8080, "/a/health?x=1");

  @ParameterizedTest
  @CsvSource({
    "/other, http://localhost:8080/other",
    "ready?y=2#there, http://localhost:8080/a/ready?y=2",
    "http://localhost:9/x, http://localhost:9/x",
    "HTTPS://LOCALHOST/x, https://localhost:443/x",
    "http://127.0.0.1:81, http://localhost:81/",
    "http://[::1]:81/x, http://localhost:81/x",
    "//127.1.2.3:7/x y, http://localhost:7/x%20y",
  })
  void aRedirectOnThisMachineIsFollowed(String location, String target) {
    assertThat(URL.resolve(location).orElseThrow()).hasToString(target);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://example.com/x",
        "https://localhost.example.com/x",
        "http://user@example.com/",
        "http://127.0.0.1.example.com/",
        "ftp://localhost/x",
        "http://localhost:0/x",
        "http://localhost:70000/x",
        "http://local host/",
        "http://[::2]/",
        "mailto:me",
        "http:\u0001//x",
      })
  void noOtherOneIs(String location) {
    assertThat(URL.resolve(location)).isEmpty();
  }

  @Test
  void whatARequestLineCannotHoldIsEncoded() {
    assertThat(LoopbackUrl.of("http", 1, "/a b\r\nX: y\u00e9").path())
        .isEqualTo("/a%20b%0D%0AX:%20y%C3%A9");
    assertThat(LoopbackUrl.of("https", 1, "x")).hasToString("https://localhost:1/x");
    assertThat(LoopbackUrl.of("http", 1, "").path()).isEqualTo("/");
  }
}
