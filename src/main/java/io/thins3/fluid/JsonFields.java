package io.thins3.fluid;

import com.fasterxml.jackson.databind.JsonNode;
import io.thins3.config.ExitCode;
import io.thins3.config.Shown;
import io.thins3.config.UserException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object whose fields are asked for by name and type. Fields that nobody asks for are
 * tolerated, null counts as absent, and an error names the field's place. Immutable.
 */
final class JsonFields {
  private final String file;
  private final String place;
  private final JsonNode object;

  /**
   * Creates one.
   *
   * @param file what messages call the file
   * @param place where in it the object is; "" for the whole
   */
  JsonFields(String file, String place, JsonNode object) throws UserException {
    this.file = file;
    this.place = place;
    this.object = object;
    if (!object.isObject()) {
      throw wrong(place.isEmpty() ? "the whole" : place, "an object", object);
    }
  }

  /** A text; null: absent or empty. */
  @Nullable String text(String name) throws UserException {
    JsonNode value = value(name);
    if (value == null) {
      return null;
    }
    if (!value.isTextual()) {
      throw wrong(at(name), "a string", value);
    }
    return value.textValue().isEmpty() ? null : value.textValue();
  }

  /** True or false; absent: false. */
  boolean flag(String name) throws UserException {
    JsonNode value = value(name);
    if (value == null) {
      return false;
    }
    if (!value.isBoolean()) {
      throw wrong(at(name), "true or false", value);
    }
    return value.booleanValue();
  }

  /** The objects of a list; absent: none. */
  List<JsonFields> objects(String name) throws UserException {
    List<JsonFields> objects = new ArrayList<>();
    JsonNode list = list(name);
    for (int i = 0; list != null && i < list.size(); i++) {
      objects.add(new JsonFields(file, at(name) + "[" + i + "]", list.get(i)));
    }
    return objects;
  }

  /** The texts of a list; null: absent. */
  @Nullable List<String> texts(String name) throws UserException {
    JsonNode list = list(name);
    if (list == null) {
      return null;
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode item : list) {
      if (!item.isTextual()) {
        throw wrong(at(name) + "[" + texts.size() + "]", "a string", item);
      }
      texts.add(item.textValue());
    }
    return texts;
  }

  /**
   * A map of options. Fluid writes strings; numbers, true and false are what people write by hand.
   */
  Map<String, String> options(String name) throws UserException {
    Map<String, String> options = new LinkedHashMap<>();
    JsonNode map = value(name);
    if (map == null) {
      return options;
    }
    if (!map.isObject()) {
      throw wrong(at(name), "an object", map);
    }
    for (Map.Entry<String, JsonNode> field : map.properties()) {
      JsonNode value = field.getValue();
      if (value.isContainerNode()) {
        throw wrong(at(name) + "." + field.getKey(), "a string", value);
      }
      if (!value.isNull()) {
        options.put(field.getKey(), value.asText());
      }
    }
    return options;
  }

  /** An object; null: absent. */
  @Nullable JsonFields object(String name) throws UserException {
    JsonNode value = value(name);
    return value == null ? null : new JsonFields(file, at(name), value);
  }

  /** Where in the file a field of this object is. */
  String at(String name) {
    return place.isEmpty() ? name : place + "." + name;
  }

  private @Nullable JsonNode list(String name) throws UserException {
    JsonNode value = value(name);
    if (value != null && !value.isArray()) {
      throw wrong(at(name), "a list", value);
    }
    return value;
  }

  private @Nullable JsonNode value(String name) {
    JsonNode value = object.get(name);
    return value == null || value.isNull() ? null : value;
  }

  /** Says what is there by its type, never by its value: it may be a secret. */
  private UserException wrong(String where, String wanted, JsonNode found) {
    String type =
        switch (found.getNodeType()) {
          case ARRAY -> "a list";
          case OBJECT -> "an object";
          case BOOLEAN -> "true or false";
          case NUMBER -> "a number";
          case NULL -> "null";
          default -> "a string";
        };
    return new UserException(
        ExitCode.CONFIG,
        "%s: %s must be %s, but is %s".formatted(file, Shown.plain(where), wanted, type));
  }
}
