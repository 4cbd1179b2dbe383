package io.thins3.bench.result;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run as JSON lines: {@code {"type":"run",…}} first, then one {@code {"type":"sample",…}} a step.
 * Lines are written and flushed as they come, so an interrupted run leaves a file that can be read;
 * a last line without its end is what a killed run was writing, and is left out.
 */
public final class RunFile implements AutoCloseable {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
          .build();

  private final Writer out;

  private RunFile(Writer out) {
    this.out = out;
  }

  /**
   * Creates the file and writes its first line.
   *
   * @throws java.nio.file.FileAlreadyExistsException when it is there: results are not overwritten
   */
  public static RunFile create(Path file, RunInfo info) throws IOException {
    RunFile runFile =
        new RunFile(
            Files.newBufferedWriter(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    runFile.write("run", info);
    return runFile;
  }

  /** Adds a sample. */
  public void add(Sample sample) throws IOException {
    write("sample", sample);
  }

  private void write(String type, Object value) throws IOException {
    ObjectNode line = JSON.createObjectNode().put("type", type);
    line.setAll((ObjectNode) JSON.valueToTree(value));
    out.write(JSON.writeValueAsString(line));
    out.write('\n');
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  /**
   * Reads a file back.
   *
   * @throws IOException when it cannot be read or is not such a file; the message names file and
   *     line
   */
  public static Run read(Path file) throws IOException {
    RunInfo info = null;
    List<Sample> samples = new ArrayList<>();
    int number = 0;
    for (String text : wholeLines(Files.readString(file))) {
      number++;
      try {
        JsonNode line = JSON.readTree(text);
        String type = line.path("type").asText();
        ((ObjectNode) line).remove("type");
        switch (type) {
          case "run" -> info = JSON.treeToValue(line, RunInfo.class);
          case "sample" -> samples.add(JSON.treeToValue(line, Sample.class));
          default -> throw new IOException("unknown type '" + type + "'");
        }
      } catch (JsonProcessingException | ClassCastException e) {
        throw new IOException(file + ":" + number + ": not a line of a run: " + firstLine(e), e);
      }
    }
    if (info == null) {
      throw new IOException(
          file + ": no line of type 'run'; is it a file of scripts/bench compare?");
    }
    return new Run(info, samples);
  }

  private static List<String> wholeLines(String text) {
    return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
  }

  private static @Nullable String firstLine(Exception e) {
    String message = e.getMessage();
    return message == null ? null : message.lines().findFirst().orElse("");
  }
}
