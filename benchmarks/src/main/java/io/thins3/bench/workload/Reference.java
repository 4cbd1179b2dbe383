package io.thins3.bench.workload;

import io.thins3.bench.process.Commands;
import io.thins3.bench.server.Presigner;
import java.nio.file.Path;
import java.util.Set;

/**
 * What the practical limit of a step is: the same bytes or the same requests by curl, without a
 * mount.
 *
 * @param step id of the step it is set beside
 * @param needs data that must be there besides the workload's own
 * @param body does it
 */
public record Reference(String step, Set<DataSet> needs, Body body) {
  public Reference {
    needs = Set.copyOf(needs);
  }

  /** What a reference works with. */
  public interface Context {
    /** Signed addresses, at the address that the clients use. */
    Presigner presigner();

    /** Prefix of the run's directory, ending in a slash. */
    String dataPrefix();

    /** Prefix of an empty directory for this trial alone, ending in a slash. */
    String scratchPrefix();

    /** Where {@link DataSet#UPLOAD_SOURCES} are. */
    Path uploadSources();

    /** How much work there is. */
    Sizes sizes();

    /** The names of prepared files. */
    Layout layout();

    /** Where random orders begin: as the round's clients have it. */
    long randomSeed();

    /** Runs curl. */
    Commands commands();
  }

  /** The timed part. */
  @FunctionalInterface
  public interface Body {
    /** Does the work; its time is curl's own clock. */
    Work run(Context context) throws Exception;
  }
}
