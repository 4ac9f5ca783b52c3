package org.thermos.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class VersionText implements IVersionProvider {
  /** Maven puts it into the jar. */
  private static final String PROPERTIES = "/META-INF/maven/org.thermos/thermos/pom.properties";

  @Override
  public String[] getVersion() throws IOException {
    Properties properties = new Properties();
    try (InputStream in = VersionText.class.getResourceAsStream(PROPERTIES)) {
      if (in != null) {
        properties.load(in);
      }
    }
    return new String[] {
      "thermos " + properties.getProperty("version", "(not from a jar)"),
      "JVM: " + System.getProperty("java.vm.name") + " " + Runtime.version()
    };
  }
}
