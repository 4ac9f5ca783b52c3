package org.thermos.announce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.server.auth.DigestAuthenticationProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.thermos.log.Log;

class AuthenticationFileTest {
  @TempDir private Path directory;
  private final List<String> logged = new ArrayList<>();

  @Test
  void credentialsGoAsTheyAreAndPermissionsHashed() throws Exception {
    ZooKeeperAuthentication read =
        read(
            """
            {"auth": [{"scheme": "digest", "credential": "user:secret"}],
             "acl":  [{"scheme": "digest", "credential": "user:secret",
                       "permissions": {"read": true, "write": true, "create": true, "delete": true, "admin": false}},
                      {"scheme": "world", "credential": "anyone", "permissions": {"read": true}},
                      {"scheme": "ip", "credential": "10.0.0.0/8", "permissions": {}}]}
            """);

    assertThat(read.credentials())
        .containsExactly(new ZooKeeperAuthentication.Credential("digest", "user:secret"));
    assertThat(read.permissions())
        .containsExactly(
            new ZooKeeperAuthentication.Permission(
                "digest",
                DigestAuthenticationProvider.generateDigest("user:secret"),
                ZooDefs.Perms.READ
                    | ZooDefs.Perms.WRITE
                    | ZooDefs.Perms.CREATE
                    | ZooDefs.Perms.DELETE),
            new ZooKeeperAuthentication.Permission("world", "anyone", ZooDefs.Perms.READ),
            new ZooKeeperAuthentication.Permission("ip", "10.0.0.0/8", 0));
    assertThat(read.toString()).doesNotContain("secret");
    assertThat(logged).isEmpty();
  }

  @Test
  void bothListsDefaultToEmpty() throws Exception {
    assertThat(read("{}")).isEqualTo(ZooKeeperAuthentication.NONE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'auth': [], 'more': 1} | invalid the file: unknown key more",
        "[] | invalid the file: an object is needed",
        "{'auth': {}} | invalid auth is not a list",
        "{'auth': [{'credential': 'a:s3cret'}]} | invalid auth: scheme is required",
        "{'auth': [{'scheme': 'digest'}]} | invalid auth: credential is required",
        "{'auth': [{'scheme': 'digest', 'credential': 12}]} | invalid auth: credential is not a string",
        "{'auth': [{'scheme': 'x', 'credential': 's3cret', 'user': 'y'}]} | invalid auth: unknown key user",
        "{'acl': [{'scheme': 'x', 'credential': 's3cret'}]} | invalid acl: permissions is required",
        "{'acl': [{'scheme': 'x', 'credential': 's3cret', 'permissions': []}]} | invalid permissions: an object is needed",
        "{'acl': [{'scheme': 'x', 'credential': 's3cret', 'permissions': {'all': true}}]} | invalid permissions: unknown key all",
        "{'acl': [{'scheme': 'x', 'credential': 's3cret', 'permissions': {'read': 1}}]} | invalid permissions: read is not true or false",
        "{'acl': [{'scheme': 'digest', 'credential': 's3cret', 'permissions': {}}]} | invalid Digest credential should be of the form <user>:<password>",
        "{'acl': [{'scheme': 'digest', 'credential': 'a:s3cret:b', 'permissions': {}}]} | invalid Digest credential should be of the form <user>:<password>"
      })
  void whatTheSchemaDoesNotKnowIsRefused(String json, String message) throws Exception {
    assertThat(refusal(json.replace('\'', '"')))
        .isEqualTo("ZK authentication config is " + message);
  }

  @Test
  void textThatIsNotJsonIsRefusedWithoutQuotingIt() throws Exception {
    assertThat(refusal("{\"auth\": s3cret}"))
        .startsWith("Problem parsing ZK authentication config not JSON: line 1 column")
        .doesNotContain("s3cret");
  }

  @Test
  void fileThatIsNotThereIsRefused() {
    Path missing = directory.resolve("missing");

    AuthenticationFileException refused =
        catchThrowableOfType(
            AuthenticationFileException.class, () -> AuthenticationFile.read(missing, log()));

    assertThat(refused)
        .hasMessage("Failed to open config file " + missing + ": " + missing + " does not exist");
  }

  @Test
  void fileThatEverybodyMayReadIsComplainedAbout() throws Exception {
    Path file = write("{}");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

    AuthenticationFile.read(file, log());

    assertThat(logged).singleElement().asString().contains("may be read by everybody");
  }

  private String refusal(String json) throws IOException {
    Path file = write(json);
    AuthenticationFileException refused =
        catchThrowableOfType(
            AuthenticationFileException.class, () -> AuthenticationFile.read(file, log()));
    return refused.getMessage();
  }

  private ZooKeeperAuthentication read(String json) throws Exception {
    return AuthenticationFile.read(write(json), log());
  }

  private Path write(String json) throws IOException {
    Path file = Files.writeString(directory.resolve("auth.json"), json);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private Log log() {
    return new Log() {
      @Override
      public void info(String message) {
        logged.add(message);
      }

      @Override
      public void error(String message) {
        logged.add(message);
      }
    };
  }
}
