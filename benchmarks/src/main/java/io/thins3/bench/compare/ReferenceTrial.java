package io.thins3.bench.compare;

import io.thins3.bench.process.Commands;
import io.thins3.bench.server.Presigner;
import io.thins3.bench.workload.Layout;
import io.thins3.bench.workload.Reference;
import io.thins3.bench.workload.Sizes;
import java.nio.file.Path;

/** A reference's view of the store. */
record ReferenceTrial(Setting setting, Presigner presigner, String scratchPrefix, int round)
    implements Reference.Context {
  @Override
  public String dataPrefix() {
    return setting.dataPrefix();
  }

  @Override
  public Path uploadSources() {
    return setting.dataSets().uploadSources();
  }

  @Override
  public Sizes sizes() {
    return setting.sizes();
  }

  @Override
  public Layout layout() {
    return setting.layout();
  }

  @Override
  public long randomSeed() {
    return setting.randomSeed(round);
  }

  @Override
  public Commands commands() {
    return setting.commands();
  }
}
