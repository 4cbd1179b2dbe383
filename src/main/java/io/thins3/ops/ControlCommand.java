package io.thins3.ops;

import java.util.List;
import java.util.Map;

/** What a mount does on a request that came by its control socket. */
@FunctionalInterface
public interface ControlCommand {
  /**
   * Does it. Runs on a thread of the control socket's own, which may wait, but ends in {@link
   * ControlServer#LONGEST_COMMAND}.
   *
   * @return the answer's fields
   * @throws ControlException when the request is refused
   */
  Map<String, Boolean> run(List<String> arguments) throws ControlException, InterruptedException;
}
