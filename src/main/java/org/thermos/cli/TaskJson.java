package org.thermos.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.thermos.config.Constraint;
import org.thermos.config.LoggerConfig;
import org.thermos.config.ProcessConfig;
import org.thermos.config.Resources;
import org.thermos.config.Task;
import org.thermos.config.json.Json;
import org.thermos.config.json.JsonWriter;

/** A task as JSON with the schema's field names, defaults filled in (config 5.1). */
final class TaskJson {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
          .build();

  private static final Separators SEPARATORS =
      Separators.createDefaultInstance()
          .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
          .withArrayEmptySeparator("")
          .withObjectEmptySeparator("");

  private TaskJson() {}

  static Json of(Task task) {
    Map<String, Json> out = new LinkedHashMap<>();
    out.put("name", new Json.Text(task.name()));
    out.put("processes", array(task.processes().stream().map(TaskJson::process).toList()));
    out.put("constraints", array(task.constraints().stream().map(TaskJson::constraint).toList()));
    task.resources().ifPresent(resources -> out.put("resources", resources(resources)));
    out.put("max_failures", new Json.Int(task.maxFailures()));
    out.put("max_concurrency", new Json.Int(task.maxConcurrency()));
    out.put("finalization_wait", new Json.Int(task.finalizationWait().toSeconds()));
    return new Json.Dictionary(out);
  }

  /** On several lines, safe on any terminal. */
  static String pretty(Json value) {
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter(SEPARATORS);
    printer.indentArraysWith(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE);
    StringWriter text = new StringWriter();
    try (JsonParser parser = FACTORY.createParser(JsonWriter.write(value));
        JsonGenerator generator = FACTORY.createGenerator(text).setPrettyPrinter(printer)) {
      parser.nextToken();
      generator.copyCurrentStructure(parser);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to memory", e);
    }
    return text.toString();
  }

  private static Json process(ProcessConfig process) {
    Map<String, Json> out = new LinkedHashMap<>();
    out.put("name", new Json.Text(process.name()));
    out.put("cmdline", new Json.Text(process.cmdline()));
    out.put("max_failures", new Json.Int(process.maxFailures()));
    out.put("daemon", new Json.Bool(process.daemon()));
    out.put("ephemeral", new Json.Bool(process.ephemeral()));
    out.put("min_duration", new Json.Int(process.minDuration().toSeconds()));
    out.put("final", new Json.Bool(process.isFinal()));
    process.logger().ifPresent(logger -> out.put("logger", logger(logger)));
    return new Json.Dictionary(out);
  }

  private static Json logger(LoggerConfig logger) {
    Map<String, Json> out = new LinkedHashMap<>();
    out.put("destination", new Json.Text(logger.destination().value()));
    out.put("mode", new Json.Text(logger.mode().value()));
    logger
        .rotate()
        .ifPresent(
            rotate ->
                out.put(
                    "rotate",
                    new Json.Dictionary(
                        Map.of(
                            "log_size", new Json.Int(rotate.logSize()),
                            "backups", new Json.Int(rotate.backups())))));
    return new Json.Dictionary(out);
  }

  private static Json constraint(Constraint constraint) {
    List<Json> order = constraint.order().stream().<Json>map(Json.Text::new).toList();
    return new Json.Dictionary(Map.of("order", array(order)));
  }

  private static Json resources(Resources resources) {
    Map<String, Json> out = new LinkedHashMap<>();
    out.put("cpu", new Json.Real(resources.cpu()));
    out.put("ram", new Json.Int(resources.ram()));
    out.put("disk", new Json.Int(resources.disk()));
    out.put("gpu", new Json.Int(resources.gpu()));
    return new Json.Dictionary(out);
  }

  private static Json array(List<Json> elements) {
    return new Json.Array(elements);
  }
}
