package io.thins3.ops;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The control socket's protocol: one line of JSON as request, one as answer, and the connection is
 * closed.
 *
 * <pre>
 *   {"version":1,"command":"refresh","arguments":["/a/b"]}
 *   {"version":1,"result":{…}}      or      {"version":1,"error":"one line for the user"}
 * </pre>
 *
 * Fields that are not known are passed over, so that later versions of one side can add some. What
 * the other side must understand has another version number. Thread-safe.
 */
final class ControlMessages {
  static final int VERSION = 1;

  /** Bytes of a line, with its end. */
  static final int LONGEST_LINE = 64 << 10;

  private static final int DEEPEST = 20;

  private final JsonMapper mapper =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** A request. */
  record Request(String command, List<String> arguments) {}

  byte[] encode(Request request) {
    ObjectNode line = mapper.createObjectNode().put("version", VERSION);
    line.put("command", request.command());
    request.arguments().forEach(line.putArray("arguments")::add);
    return line(line);
  }

  byte[] result(JsonNode result) {
    return line(mapper.createObjectNode().put("version", VERSION).set("result", result));
  }

  byte[] error(String message) {
    return line(mapper.createObjectNode().put("version", VERSION).put("error", message));
  }

  private byte[] line(JsonNode node) {
    try {
      return (mapper.writeValueAsString(node) + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An object to put an answer's fields into. */
  ObjectNode object() {
    return mapper.createObjectNode();
  }

  Request request(byte[] line) throws ControlException {
    JsonNode node = object(line);
    List<String> arguments = new ArrayList<>();
    JsonNode given = node.path("arguments");
    for (JsonNode argument : given) {
      if (!argument.isTextual()) {
        throw new ControlException("an argument is no text");
      }
      arguments.add(argument.textValue());
    }
    if (!node.path("command").isTextual() || !(given.isArray() || given.isMissingNode())) {
      throw new ControlException("the request has no command, or no list of arguments");
    }
    return new Request(node.path("command").textValue(), List.copyOf(arguments));
  }

  /** The result in an answer; an error in it is thrown. */
  JsonNode answer(byte[] line) throws ControlException {
    JsonNode node = object(line);
    if (node.hasNonNull("error")) {
      throw new ControlException(node.get("error").asText());
    }
    JsonNode result = node.get("result");
    if (result == null) {
      throw new ControlException("the answer has neither result nor error");
    }
    return result;
  }

  private JsonNode object(byte[] line) throws ControlException {
    JsonNode node;
    try {
      node = mapper.readTree(line);
    } catch (IOException e) {
      throw new ControlException("not a line of JSON", e);
    }
    if (node == null || !node.isObject()) {
      throw new ControlException("not a JSON object");
    }
    JsonNode version = node.path("version");
    if (!version.isInt() || version.intValue() != VERSION) {
      throw new ControlException(
          "version "
              + VERSION
              + " of the control protocol is spoken here; use the same thins3 on both sides");
    }
    return node;
  }
}
