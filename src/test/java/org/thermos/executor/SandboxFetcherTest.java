package org.thermos.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.mesos.Protos.CommandInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.thermos.process.Account;
import org.thermos.process.Accounts;
import org.thermos.process.Broker;
import org.thermos.process.BrokerEvent;
import org.thermos.process.CommandResult;
import org.thermos.process.CommandRunner;
import org.thermos.process.NativeBinary;

/** URIs of a launch, fetched for real: over HTTP, from disk, by tar, unzip and gzip. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SandboxFetcherTest {
  private static final Duration LONG = Duration.ofSeconds(40);

  @TempDir Path directory;

  private Path sandbox;
  private Path source;
  private Broker broker;
  private HttpServer server;
  private final CountDownLatch over = new CountDownLatch(1);

  @BeforeEach
  void start() throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    sandbox = Files.createDirectory(directory.resolve("sandbox"));
    source = Files.createDirectory(directory.resolve("source"));
    Files.writeString(source.resolve("tool"), "#!/bin/sh\necho tool\n");
    shell("tar -czf app.tar.gz tool; zip -q app.zip tool; gzip -k tool");
    broker = Broker.start(NativeBinary.locate());
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() throws IOException {
    over.countDown();
    server.stop(0);
    broker.close();
  }

  private void shell(String script) throws Exception {
    Process process =
        new ProcessBuilder("/bin/sh", "-ec", script).directory(source.toFile()).inheritIO().start();
    assertThat(process.waitFor()).isZero();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    if (path.equals("/redirected")) {
      exchange.getResponseHeaders().add("Location", "/tool");
      exchange.sendResponseHeaders(302, -1);
    } else if (path.equals("/loop") || path.equals("/file")) {
      exchange
          .getResponseHeaders()
          .add("Location", path.equals("/loop") ? "/loop" : "file:///etc/passwd");
      exchange.sendResponseHeaders(301, -1);
    } else if (path.equals("/slow")) {
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().write('x');
      exchange.getResponseBody().flush();
      await();
    } else if (Files.exists(source.resolve(path.substring(1)))) {
      byte[] body = Files.readAllBytes(source.resolve(path.substring(1)));
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    } else {
      exchange.sendResponseHeaders(404, -1);
    }
    exchange.close();
  }

  private void await() {
    try {
      assertThat(over.await(50, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  private static CommandInfo.URI.Builder uri(Object value) {
    return CommandInfo.URI.newBuilder().setValue(value.toString());
  }

  private void fetch(Optional<Account> account, Duration bound, CommandInfo.URI.Builder... uris)
      throws Exception {
    List<SandboxFile> files =
        Arrays.stream(uris)
            .map(
                uri -> {
                  try {
                    return SandboxFile.decode(uri.build());
                  } catch (Exception e) {
                    throw new AssertionError(e);
                  }
                })
            .toList();
    fetcher(runner(), account).fetch(files, bound);
  }

  private SandboxFetcher fetcher(CommandRunner commands, Optional<Account> account) {
    return new SandboxFetcher(
        commands, sandbox, account, "/usr/bin:/bin", 1 << 20, System::nanoTime);
  }

  private void fetch(CommandInfo.URI.Builder... uris) throws Exception {
    fetch(Optional.empty(), LONG, uris);
  }

  /** One thread does both here: the command runs while the caller waits. */
  private CommandRunner runner() {
    BrokerCommands commands = new BrokerCommands(broker, Runnable::run);
    return spec -> {
      var future = commands.run(spec);
      try {
        while (!future.isDone()) {
          BrokerEvent event = broker.next();
          boolean unused = commands.take(event);
        }
      } catch (IOException e) {
        future.complete(new CommandResult.NotRun(e.toString()));
      }
      return future;
    };
  }

  private List<String> files() throws IOException {
    try (var files = Files.walk(sandbox)) {
      return files
          .filter(file -> !file.equals(sandbox))
          .map(file -> sandbox.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void fetchesFromEverywhere() throws Exception {
    fetch(
        uri(url("/tool")).setOutputFile("bin/a").setExecutable(true),
        uri(url("/redirected")).setOutputFile("b"),
        uri("file://" + source.resolve("tool")).setOutputFile("c"),
        uri(source.resolve("tool")));

    assertThat(files()).containsExactly("b", "bin", "bin/a", "c", "tool");
    for (String file : List.of("b", "bin/a", "c", "tool")) {
      assertThat(sandbox.resolve(file)).hasContent("#!/bin/sh\necho tool\n");
    }
    assertThat(sandbox.resolve("bin/a")).isExecutable();
    assertThat(Files.isExecutable(sandbox.resolve("b"))).isFalse();
  }

  @Test
  void unpacksArchives() throws Exception {
    fetch(uri(url("/app.tar.gz")));
    assertThat(files()).containsExactly("app.tar.gz", "tool");
    Files.delete(sandbox.resolve("tool"));
    fetch(uri(source.resolve("app.zip")));
    assertThat(files()).containsExactly("app.tar.gz", "app.zip", "tool");
    Files.delete(sandbox.resolve("tool"));
    fetch(uri(source.resolve("tool.gz")));
    assertThat(sandbox.resolve("tool")).hasContent("#!/bin/sh\necho tool\n");
    Files.delete(sandbox.resolve("tool"));
    fetch(uri(url("/app.zip")).setExtract(false));
    assertThat(sandbox.resolve("tool")).doesNotExist();
  }

  @Test
  void saysWhatWentWrong() throws Exception {
    Files.writeString(source.resolve("broken.tar.gz"), "no archive");
    Files.write(source.resolve("big"), new byte[(1 << 20) + 1]);
    for (var wrong :
        List.of(
            List.of(url("/missing?token=x"), "missing': the answer is HTTP status 404"),
            List.of(url("/loop"), "it is redirected more than 10 times"),
            List.of(url("/file"), "it is redirected to file, which is not followed"),
            List.of(url("/big"), "it has more than 1048576 bytes"),
            List.of("http://127.0.0.1:1/x", "Connection refused"),
            List.of("/no/such/file", "No such file or directory"),
            List.of(source.toString(), "omitting directory"),
            List.of(source.resolve("broken.tar.gz").toString(), "gzip"))) {
      assertThatThrownBy(() -> fetch(uri(wrong.get(0))))
          .isInstanceOf(FetchException.class)
          .hasMessageStartingWith("Failed to fetch '")
          .hasMessageContaining(wrong.get(1));
    }
    assertThat(files()).containsExactly("broken.tar.gz");
  }

  @Test
  void endsInTime() {
    long start = System.nanoTime();

    assertThatThrownBy(() -> fetch(Optional.empty(), Duration.ofMillis(700), uri(url("/slow"))))
        .isInstanceOf(FetchException.class);
    assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(20));
  }

  /** A server can keep every single read short of its limit. */
  @Test
  void endsInTimeThoughTheAnswersHeadNeverEnds() throws Exception {
    Thread server;
    try (ServerSocket dripping = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      server = new Thread(() -> drip(dripping));
      server.start();
      String url = "http://127.0.0.1:" + dripping.getLocalPort() + "/x";

      assertThatThrownBy(() -> fetch(Optional.empty(), Duration.ofMillis(700), uri(url)))
          .hasMessageContaining("it takes too long");
      // The time may have been over before anybody has connected: nobody will any more.
    }
    server.join(); // The connection is closed.
    assertThat(files()).isEmpty();
  }

  @Test
  void endsADownloadWhenItsThreadIsInterrupted() throws Exception {
    CountDownLatch served = new CountDownLatch(1);
    server.createContext(
        "/endless",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          served.countDown();
          while (true) { // Until the other side closes.
            exchange.getResponseBody().write('x');
            exchange.getResponseBody().flush();
          }
        });

    interrupt(runner(), uri(url("/endless")), served);

    assertThat(files()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "https"})
  void endsWaitingForASilentServerWhenItsThreadIsInterrupted(String scheme) throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CountDownLatch connected = new CountDownLatch(1);
      CountDownLatch left = new CountDownLatch(1);
      Thread server =
          new Thread(
              () -> {
                try (Socket client = silent.accept()) {
                  client.getInputStream().read();
                  connected.countDown();
                  client.getInputStream().transferTo(OutputStream.nullOutputStream());
                  left.countDown();
                } catch (IOException e) {
                  left.countDown(); // Reset.
                }
              });
      server.start();
      long start = System.nanoTime();

      interrupt(runner(), uri(scheme + "://127.0.0.1:" + silent.getLocalPort() + "/x"), connected);

      left.await();
      assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(20));
    }
    assertThat(files()).isEmpty();
  }

  @Test
  void endsACommandWhenItsThreadIsInterrupted() throws Exception {
    CountDownLatch run = new CountDownLatch(1);
    CompletableFuture<CommandResult> command = new CompletableFuture<>();
    CommandRunner commands =
        spec -> {
          run.countDown();
          return command;
        };

    interrupt(commands, uri(source.resolve("tool")), run);

    assertThat(command).isCancelled();
  }

  /** Has it fetched until something has begun, and waits for the end of that. */
  private void interrupt(CommandRunner commands, CommandInfo.URI.Builder uri, CountDownLatch begun)
      throws Exception {
    SandboxFetcher fetcher = fetcher(commands, Optional.empty());
    List<SandboxFile> files = List.of(SandboxFile.decode(uri.build()));
    FutureTask<Void> fetch =
        new FutureTask<>(
            () -> {
              fetcher.fetch(files, LONG);
              return null;
            });
    Thread thread = new Thread(fetch);
    thread.start();
    begun.await();
    thread.interrupt();
    assertThatThrownBy(fetch::get).hasCauseInstanceOf(FetchException.class);
  }

  private void drip(ServerSocket server) {
    try (Socket client = server.accept()) {
      client.getOutputStream().write("HTTP/1.1 200 OK\r\nX: ".getBytes(StandardCharsets.US_ASCII));
      while (!over.await(20, TimeUnit.MILLISECONDS)) {
        client.getOutputStream().write('x');
      }
    } catch (IOException | InterruptedException e) {
      // As it should be.
    }
  }

  @Test
  void overTlsTheCertificateHasToBeTrustedAndToNameTheHost() throws Exception {
    shell(
        System.getProperty("java.home")
            + "/bin/keytool -genkeypair -alias web -keyalg EC -dname CN=web -ext san=dns:localhost"
            + " -keystore web.p12 -storepass changeit -validity 1 2>keytool.log");
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(source.resolve("web.p12"))) {
      keys.load(in, "changeit".toCharArray());
    }
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keys, "changeit".toCharArray());
    KeyStore authorities = KeyStore.getInstance("PKCS12");
    authorities.load(null, null);
    authorities.setCertificateEntry("web", keys.getCertificate("web"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(authorities);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
    HttpsServer web =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    web.setHttpsConfigurator(new HttpsConfigurator(context));
    web.createContext("/", this::answer);
    web.start();
    String address = ":" + web.getAddress().getPort() + "/tool";
    SSLContext before = SSLContext.getDefault();
    try {
      assertThatThrownBy(() -> fetch(uri("https://localhost" + address)))
          .hasMessageContaining("unable to find valid certification path");
      SSLContext.setDefault(context);
      assertThatThrownBy(() -> fetch(uri("https://127.0.0.1" + address)))
          .hasMessageContaining("No subject alternative names matching IP address 127.0.0.1");
      assertThat(files()).isEmpty();
      fetch(uri("https://localhost" + address));
    } finally {
      SSLContext.setDefault(before);
      web.stop(0);
    }
    assertThat(sandbox.resolve("tool")).hasContent("#!/bin/sh\necho tool\n");
  }

  @Test
  void followsNoLinkOutOfTheSandbox() throws Exception {
    Path outside = Files.createDirectory(directory.resolve("outside"));
    Files.writeString(outside.resolve("victim"), "untouched");
    Files.createSymbolicLink(sandbox.resolve("out"), outside);
    Files.createSymbolicLink(sandbox.resolve("link"), outside.resolve("victim"));
    Files.createSymbolicLink(sandbox.resolve(".thermos-fetch"), outside.resolve("victim"));

    for (String output : List.of("out/x", "out", "link", "link/x")) {
      assertThatThrownBy(() -> fetch(uri(url("/tool")).setOutputFile(output)))
          .hasMessageContaining("is a symbolic link");
      assertThatThrownBy(() -> fetch(uri(source.resolve("tool")).setOutputFile(output)))
          .hasMessageContaining("is a symbolic link");
    }
    fetch(uri(url("/tool")));

    assertThat(outside.resolve("victim")).hasContent("untouched");
    assertThat(outside.toFile().list()).containsExactly("victim");
    assertThat(sandbox.resolve("tool")).hasContent("#!/bin/sh\necho tool\n");
  }

  @Test
  void doesItAsTheTasksAccount() throws Exception {
    assumeTrue(
        Accounts.currentUid() == 0, "skipped: other accounts need root, and this is a plain user");
    Account nobody = new Accounts().named("nobody");
    Files.setAttribute(sandbox, "unix:uid", nobody.uid());
    Path secret = Files.writeString(source.resolve("secret"), "s");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    fetch(
        Optional.of(nobody),
        LONG,
        uri(url("/app.tar.gz")),
        uri(source.resolve("app.zip")).setOutputFile("in/b.zip"));

    for (String file : List.of("app.tar.gz", "tool", "in", "in/b.zip")) {
      assertThat(Files.getAttribute(sandbox.resolve(file), "unix:uid", LinkOption.NOFOLLOW_LINKS))
          .as(file)
          .isEqualTo(nobody.uid());
    }
    assertThatThrownBy(() -> fetch(Optional.of(nobody), LONG, uri(secret)))
        .hasMessageContaining("Permission denied");
  }
}
