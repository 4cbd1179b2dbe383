package io.thins3.bench;

import io.thins3.bench.report.MarkdownTable;
import io.thins3.bench.report.Summary;
import io.thins3.bench.report.TextTable;
import io.thins3.bench.report.TwoRuns;
import io.thins3.bench.result.RunFile;
import io.thins3.bench.transports.Targets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code scripts/bench report}: shows runs again, and two beside each other. */
@Command(
    name = "report",
    description = "Prints and draws runs again; of two it compares the ratios.",
    mixinStandardHelpOptions = true)
final class ReportCommand implements Callable<Integer> {
  @Parameters(arity = "1..*", paramLabel = "FILE", description = "run.jsonl of a comparison.")
  private List<Path> files = List.of();

  @Option(names = "--markdown", description = "Prints Markdown tables instead.")
  private boolean markdown;

  @Option(
      names = "--plots",
      paramLabel = "DIR",
      description =
          "Where plots are drawn (default: beside each file); those of several files in DIR/1,"
              + " DIR/2, ...")
  private @Nullable Path plots;

  /** Several runs have pictures of the same names: each gets a directory, 1, 2, ... as given. */
  private Path plotsOf(Path file) {
    if (plots == null) {
      return file.toAbsolutePath().resolveSibling("");
    }
    return files.size() == 1 ? plots : plots.resolve(Integer.toString(files.indexOf(file) + 1));
  }

  @Override
  public Integer call() throws Exception {
    List<Summary> summaries = new ArrayList<>();
    for (Path file : files) {
      Summary summary = new Summary(RunFile.read(file));
      summaries.add(summary);
      System.out.print(
          markdown ? new MarkdownTable(summary).render() : new TextTable(summary).render());
      System.out.print(new Targets(summary).render());
      Path directory = plotsOf(file);
      System.err.println(Drawing.draw(summary, directory));
    }
    for (int i = 1; i < summaries.size(); i++) {
      System.out.print(new TwoRuns(summaries.get(0), summaries.get(i)).render());
    }
    return 0;
  }
}
