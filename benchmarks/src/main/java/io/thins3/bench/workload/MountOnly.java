package io.thins3.bench.workload;

import io.thins3.bench.result.StepInfo;
import io.thins3.bench.result.Unit;
import java.util.List;

/** Nothing but the mount: time, CPU and memory from exec until the first lookup is answered. */
record MountOnly() implements Workload {
  @Override
  public String id() {
    return "mount";
  }

  @Override
  public List<StepInfo> steps(Sizes sizes) {
    return List.of(
        new StepInfo(
            id(),
            Group.MOUNT,
            "from exec to a usable mount",
            "mount; stat of a directory in it",
            Unit.SECONDS));
  }

  @Override
  public void run(Trial trial) {
    trial.mountStep(id());
  }
}
