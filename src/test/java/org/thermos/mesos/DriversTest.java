package org.thermos.mesos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DriversTest {

  private static final NativeLibrary NO_LIBRARY = NativeLibrary.of(Map.of(), "");

  @TempDir Path folder;

  private Path library() throws Exception {
    return Files.writeString(folder.resolve(System.mapLibraryName("mesos")), "not a library");
  }

  private static void create(DriverKind kind, Map<String, String> environment) throws Exception {
    Drivers.create(kind, new RecordingExecutor(), environment, line -> {});
  }

  @Test
  void namesTheKindsThereAre() {
    assertThat(DriverKind.parse("http")).isEqualTo(DriverKind.HTTP);
    assertThat(DriverKind.parse("Native")).isEqualTo(DriverKind.NATIVE);
    assertThat(DriverKind.parse("auto")).isEqualTo(DriverKind.AUTO);
    assertThatThrownBy(() -> DriverKind.parse("libmesos"))
        .hasMessage("Cannot use the driver 'libmesos': choose http, native or auto.");
  }

  @Test
  void autoTakesHttpWhereTheAgentOffersIt() throws Exception {
    NativeLibrary library =
        NativeLibrary.of(Map.of("MESOS_NATIVE_JAVA_LIBRARY", library().toString()), "");
    assertThat(Drivers.resolve(DriverKind.AUTO, Map.of("MESOS_AGENT_ENDPOINT", "a:1"), library))
        .isEqualTo(DriverKind.HTTP);
    assertThat(Drivers.resolve(DriverKind.AUTO, Map.of("MESOS_DOMAIN_SOCKET", "/s"), library))
        .isEqualTo(DriverKind.HTTP);
  }

  @Test
  void autoTakesLibmesosOnlyIfItIsThere() throws Exception {
    assertThat(Drivers.resolve(DriverKind.AUTO, Map.of(), NO_LIBRARY)).isEqualTo(DriverKind.HTTP);
    library();
    NativeLibrary found = NativeLibrary.of(Map.of(), "/nowhere:" + folder);
    assertThat(found.location()).isPresent();
    assertThat(Drivers.resolve(DriverKind.AUTO, Map.of(), found)).isEqualTo(DriverKind.NATIVE);
  }

  @Test
  void withoutLibmesosOneLineSaysWhatToSet() {
    assertThatThrownBy(() -> create(DriverKind.NATIVE, Map.of()))
        .isInstanceOf(DriverUnavailableException.class)
        .hasMessageContaining("MESOS_NATIVE_JAVA_LIBRARY is not set")
        .hasMessageContaining("-Djava.library.path")
        .hasMessageContaining("--driver=http")
        .hasMessageNotContaining("\n");
  }

  @Test
  void aPathToNothingIsNamed() {
    assertThatThrownBy(
            () ->
                create(
                    DriverKind.NATIVE, Map.of("MESOS_NATIVE_JAVA_LIBRARY", "/nowhere/libmesos.so")))
        .isInstanceOf(DriverUnavailableException.class)
        .hasMessageContaining("MESOS_NATIVE_JAVA_LIBRARY=/nowhere/libmesos.so is not a file");
  }

  @Test
  void aLibraryThatCannotBeLoadedIsNamedOnOneLine() throws Exception {
    Path library = library();
    assertThatThrownBy(
            () ->
                create(DriverKind.NATIVE, Map.of("MESOS_NATIVE_JAVA_LIBRARY", library.toString())))
        .isInstanceOf(DriverUnavailableException.class)
        .hasMessageContaining(library + " is not a library of this system")
        .hasMessageNotContaining("\n");
  }

  @Test
  void httpNeedsTheAgentsVariables() {
    assertThatThrownBy(() -> create(DriverKind.HTTP, Map.of()))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("MESOS_DIRECTORY");
  }
}
