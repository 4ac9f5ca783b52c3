package org.thermos.mesos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManagerFactory;
import org.apache.mesos.v1.executor.Protos.Event;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.thermos.mesos.TlsSettings.Verification;

/** An agent with LIBPROCESS_SSL_ENABLED. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TlsTest {

  private static final char[] PASSWORD = "changeit".toCharArray();

  /** Enough for one at least, on a machine that has other things to do. */
  private static final Duration ONE_ATTEMPT = Duration.ofSeconds(8);

  @TempDir static Path folder;

  private static KeyStore agentKeys;
  private static KeyStore executorKeys;
  private static Path agentCertificate;
  private static Path executorCertificate;
  private static Path executorKey;

  private final RecordingExecutor executor = new RecordingExecutor();
  private final List<String> log = Collections.synchronizedList(new ArrayList<>());

  @BeforeAll
  static void makeKeys() throws Exception {
    agentKeys = makeKey("agent", "san=ip:127.0.0.1,dns:localhost");
    executorKeys = makeKey("executor", "san=dns:executor");
    agentCertificate =
        pem("agent.pem", "CERTIFICATE", agentKeys.getCertificate("agent").getEncoded());
    executorCertificate =
        pem("executor.pem", "CERTIFICATE", executorKeys.getCertificate("executor").getEncoded());
    executorKey =
        pem("executor.key", "PRIVATE KEY", executorKeys.getKey("executor", PASSWORD).getEncoded());
  }

  private static KeyStore makeKey(String name, String extension) throws Exception {
    Path store = folder.resolve(name + ".p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-dname",
                "CN=" + name,
                "-ext",
                extension,
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(name + ".log").toFile())
            .start();
    assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(keytool.exitValue()).isZero();
    return KeyStore.getInstance(store.toFile(), PASSWORD);
  }

  private static Path pem(String name, String label, byte[] der) throws IOException {
    return Files.writeString(
        folder.resolve(name),
        "Bag Attributes\n-----BEGIN "
            + label
            + "-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
            + "\n-----END "
            + label
            + "-----\n",
        StandardCharsets.US_ASCII);
  }

  private static SSLServerSocket listen(boolean wantsClientCertificate) throws Exception {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(agentKeys, PASSWORD);
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    trusted.setCertificateEntry("executor", executorKeys.getCertificate("executor"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    SSLServerSocket server =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    server.setNeedClientAuth(wantsClientCertificate);
    return server;
  }

  private HttpExecutorDriver start(int port, TlsSettings tls, Duration recovery) throws Exception {
    MesosEnvironment plain =
        TestEnvironment.checkpointing(new AgentEndpoint.Tcp("127.0.0.1", port));
    MesosEnvironment environment =
        new MesosEnvironment(
            plain.endpoint(),
            plain.frameworkId(),
            plain.executorId(),
            plain.agentId(),
            plain.directory(),
            plain.sandbox(),
            Optional.of(new MesosEnvironment.Recovery(recovery, Duration.ofSeconds(2))),
            plain.shutdownGracePeriod(),
            Optional.empty(),
            Optional.of(tls));
    HttpExecutorDriver driver = new HttpExecutorDriver(executor, environment, log::add);
    driver.start();
    return driver;
  }

  private static TlsSettings settings(Verification verification, Path authorities) {
    return new TlsSettings(
        verification, Optional.empty(), Optional.empty(), Optional.ofNullable(authorities));
  }

  private void assertLives(SSLServerSocket server, TlsSettings settings) throws Exception {
    try (FakeAgent agent = new FakeAgent(FakeAgent.tcp(server))) {
      HttpExecutorDriver driver = start(server.getLocalPort(), settings, Duration.ofMinutes(1));
      agent.nextSubscribe().send(Event.parseFrom(MachineDriver.subscribedEvent().toByteString()));
      executor.next(Callback.Registered.class);
      driver.abort();
      assertThat(driver.join(Duration.ofSeconds(15))).as("a blocked read ends").isTrue();
    }
  }

  private void assertRefused(SSLServerSocket server, TlsSettings settings) throws Exception {
    try (FakeAgent agent = new FakeAgent(FakeAgent.tcp(server))) {
      HttpExecutorDriver driver = start(server.getLocalPort(), settings, ONE_ATTEMPT);
      executor.next(Callback.Shutdown.class);
      assertThat(agent.hasNoRequest()).isTrue();
      assertThat(log).first().asString().contains("SSLHandshakeException");
      driver.abort();
      assertThat(driver.join(Duration.ofSeconds(15))).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(Verification.class)
  void aTrustedAgentIsTalkedTo(Verification verification) throws Exception {
    assertLives(listen(false), settings(verification, agentCertificate));
  }

  @Test
  void authoritiesMayBeAFolder() throws Exception {
    Path authorities = Files.createDirectory(folder.resolve("authorities"));
    Files.copy(executorCertificate, authorities.resolve("a.pem"));
    Files.copy(agentCertificate, authorities.resolve("b.pem"));
    assertLives(listen(false), settings(Verification.ADDRESS, authorities));
  }

  @Test
  void anAgentNobodyVouchesForIsOnlyTalkedToIfNothingIsAsked() throws Exception {
    assertLives(listen(false), settings(Verification.NONE, executorCertificate));
    assertRefused(listen(false), settings(Verification.ADDRESS, executorCertificate));
  }

  @Test
  void theJvmsOwnAuthoritiesDoNotVouchForIt() throws Exception {
    assertRefused(listen(false), settings(Verification.ADDRESS, null));
  }

  @Test
  void anAgentMayAskForACertificate() throws Exception {
    assertLives(
        listen(true),
        new TlsSettings(
            Verification.ADDRESS,
            Optional.of(executorCertificate),
            Optional.of(executorKey),
            Optional.of(agentCertificate)));
  }

  @Test
  void keysOfOlderOpensslAreRead() throws Exception {
    Key key = executorKeys.getKey("executor", PASSWORD);
    // PKCS#8 is version, algorithm and the bare RSA key in an octet string: 26 bytes before it
    // here.
    byte[] bare = java.util.Arrays.copyOfRange(key.getEncoded(), 26, key.getEncoded().length);
    assertThat(PemFiles.privateKey(pem("old.key", "RSA PRIVATE KEY", bare))).isEqualTo(key);
  }

  @Test
  void filesThatCannotBeUsedAreNamed() throws Exception {
    Path nothing = folder.resolve("nothing.pem");
    assertThatThrownBy(() -> TlsSockets.of(settings(Verification.ADDRESS, nothing)))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageStartingWith("Cannot set up TLS to the agent: cannot read " + nothing);
    Path encrypted = pem("encrypted.key", "ENCRYPTED PRIVATE KEY", new byte[] {1});
    assertThatThrownBy(
            () ->
                TlsSockets.of(
                    new TlsSettings(
                        Verification.NONE,
                        Optional.of(executorCertificate),
                        Optional.of(encrypted),
                        Optional.empty())))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining(encrypted.toString())
        .hasMessageContaining("openssl pkcs8 -topk8 -nocrypt");
    Certificate unused = agentKeys.getCertificate("agent");
    Path notBase64 =
        Files.writeString(
            folder.resolve("bad.pem"), "-----BEGIN CERTIFICATE-----\n" + unused.getType() + "\n");
    assertThatThrownBy(() -> TlsSockets.of(settings(Verification.ADDRESS, notBase64)))
        .hasMessageContaining(notBase64 + " ends inside a CERTIFICATE");
  }
}
