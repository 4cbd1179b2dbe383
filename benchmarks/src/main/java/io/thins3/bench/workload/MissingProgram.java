package io.thins3.bench.workload;

import java.io.IOException;

/** A program that does the work is not installed; the steps that need it are skipped. */
public final class MissingProgram extends IOException {
  MissingProgram(String program, String install) {
    super(program + " is not installed: " + install);
  }
}
