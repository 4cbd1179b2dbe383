package io.thins3.bench.compare;

import io.thins3.bench.client.Mount;
import io.thins3.bench.process.Commands;
import io.thins3.bench.result.Sample;
import io.thins3.bench.server.Content;
import io.thins3.bench.workload.Layout;
import io.thins3.bench.workload.Sizes;
import io.thins3.bench.workload.Trial;
import java.nio.file.Path;

/** A workload's view of a mount. */
record ClientTrial(
    Setting setting, Mount mount, String scratchName, int round, StepRecorder recorder)
    implements Trial {
  @Override
  public Path data() {
    return mount.directory().resolve(setting.dataDirectory());
  }

  @Override
  public Path scratch() {
    return data().resolve(scratchName);
  }

  @Override
  public Path copySource() {
    return setting.dataSets().copySource();
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
  public Content content() {
    return setting.content();
  }

  @Override
  public long randomSeed() {
    return setting.randomSeed(round);
  }

  @Override
  public boolean counting() {
    return round == Sample.COUNTING_ROUND;
  }

  @Override
  public Commands commands() {
    return setting.commands();
  }

  @Override
  public void step(String id, Body body) throws Exception {
    recorder.step(id, body);
  }

  @Override
  public void mountStep(String id) {
    recorder.past(id, mount.startSeconds());
  }
}
