package org.thermos.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.thermos.config.json.Json;
import org.thermos.config.schema.MapType;
import org.thermos.config.schema.Primitive;
import org.thermos.config.schema.Reference;
import org.thermos.config.schema.Scope;
import org.thermos.config.schema.Value;

/**
 * What {@code {{thermos.*}}} refers to, and which ports such references ask for (config 5.3, 5.4).
 */
final class ThermosContext {
  private ThermosContext() {}

  static Scope bind(
      String taskId, Optional<String> user, Map<String, Integer> ports, Scope enclosing) {
    Map<String, Value> fields = new LinkedHashMap<>();
    fields.put("ports", portMap(ports));
    fields.put("task_id", new Value.Scalar(Primitive.STRING, new Json.Text(taskId)));
    user.ifPresent(
        name -> fields.put("user", new Value.Scalar(Primitive.STRING, new Json.Text(name))));
    return Scope.binding("thermos", ThermosSchema.CONTEXT.of(fields), enclosing);
  }

  private static Value portMap(Map<String, Integer> ports) {
    List<Value.Mapping.Entry> entries = new ArrayList<>();
    for (Map.Entry<String, Integer> port : ports.entrySet()) {
      entries.add(
          new Value.Mapping.Entry(
              new Value.Scalar(Primitive.STRING, new Json.Text(port.getKey())),
              new Value.Scalar(Primitive.INTEGER, new Json.Int(port.getValue()))));
    }
    return new Value.Mapping(new MapType(Primitive.STRING, Primitive.INTEGER), entries);
  }

  /** The names of the ports that references ask for. */
  static Set<String> portsIn(Set<Reference> references) throws ConfigException {
    Set<String> ports = new LinkedHashSet<>();
    for (Reference reference : references) {
      List<Reference.Part> parts = reference.parts();
      if (parts.size() > 2
          && parts.get(0).equals(new Reference.Part("thermos", false))
          && parts.get(1).equals(new Reference.Part("ports", false))) {
        if (!parts.get(2).index()) {
          throw ConfigException.invalid(
              "Bad port specification \""
                  + reference.address()
                  + "\" (should be of form \"thermos.ports[name]\")");
        }
        ports.add(parts.get(2).value());
      }
    }
    return ports;
  }
}
