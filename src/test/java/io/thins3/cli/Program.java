package io.thins3.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The program with streams, environment and runner of a test. */
final class Program {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Map<String, String> environment = new HashMap<>();
  private RecordingRunner runner = new RecordingRunner(() -> 0);

  Program variable(String name, String value) {
    environment.put(name, value);
    return this;
  }

  Program ending(RecordingRunner.End end) {
    runner = new RecordingRunner(end);
    return this;
  }

  int run(String... args) {
    return new Thins3(stream(out), stream(err), environment, runner).run(args);
  }

  RecordingRunner runner() {
    return runner;
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }
}
