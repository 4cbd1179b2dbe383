package io.thins3.bench.report;

import io.thins3.bench.result.LatencyDistribution;
import io.thins3.bench.result.Sample;
import io.thins3.bench.result.StepInfo;
import io.thins3.bench.result.Unit;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.BoxChart;
import org.knowm.xchart.BoxChartBuilder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A run as pictures, each as PNG and as SVG. Needs no display, but fontconfig and a font. */
public final class Plots {
  private static final int WIDTH = 1100;
  private static final int HEIGHT = 600;

  private final Summary summary;
  private final Path directory;
  private final List<Path> written = new ArrayList<>();

  /** Plots of a run, into a directory. */
  public Plots(Summary summary, Path directory) {
    this.summary = summary;
    this.directory = directory;
  }

  /**
   * Draws them all.
   *
   * @return the files
   */
  public List<Path> draw() throws IOException {
    Files.createDirectories(directory);
    for (int latency : summary.latencies()) {
      for (String group : summary.groups()) {
        for (Unit unit : Unit.values()) {
          drawBars(latency, group, unit);
        }
        for (StepInfo step : summary.steps(group)) {
          if (step.unit() == Unit.MEBIBYTES_PER_SECOND) {
            drawThroughputs(latency, step);
          }
          drawLatencies(latency, step);
        }
      }
    }
    return List.copyOf(written);
  }

  /** Medians of a group's steps of one unit, a bar a contender. */
  private void drawBars(int latency, String group, Unit unit) throws IOException {
    List<StepInfo> steps =
        summary.steps(group).stream()
            .filter(step -> step.unit() == unit && hasFigures(latency, step))
            .toList();
    if (steps.isEmpty()) {
      return;
    }
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(
                "%s, %d ms added (%s is better)"
                    .formatted(group, latency, unit.moreIsBetter() ? "more" : "less"))
            .yAxisTitle(unit.symbol())
            .build();
    chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
    chart.getStyler().setXAxisLabelRotation(20);
    // Durations of a group reach from milliseconds to a minute: a logarithmic axis, without a zero.
    double foot = unit.moreIsBetter() ? 0 : powerOfTenBelow(latency, steps);
    chart.getStyler().setYAxisLogarithmic(!unit.moreIsBetter());
    chart.getStyler().setYAxisMin(foot);
    List<String> names = steps.stream().map(StepInfo::id).toList();
    for (String contender : summary.contenders()) {
      // A missing figure is a bar without height.
      List<Double> bars =
          steps.stream().map(step -> median(latency, step, contender).orElse(foot)).toList();
      if (bars.stream().anyMatch(bar -> bar > foot)) {
        chart.addSeries(contender, names, bars);
      }
    }
    save(chart, "%dms-%s-%s".formatted(latency, group, word(unit)));
  }

  private Optional<Double> median(int latency, StepInfo step, String contender) {
    return summary.cell(latency, step, contender).flatMap(Cell::value).map(Stats::median);
  }

  private double powerOfTenBelow(int latency, List<StepInfo> steps) {
    double smallest =
        steps.stream()
            .flatMap(step -> summary.contenders().stream().map(c -> median(latency, step, c)))
            .flatMap(Optional::stream)
            .mapToDouble(Double::doubleValue)
            .min()
            .orElse(1);
    return Math.pow(10, Math.floor(Math.log10(smallest) - 0.1));
  }

  private boolean hasFigures(int latency, StepInfo step) {
    return summary.contenders().stream()
        .anyMatch(c -> summary.cell(latency, step, c).flatMap(Cell::value).isPresent());
  }

  /** The rounds' throughputs, a box a contender. */
  private void drawThroughputs(int latency, StepInfo step) throws IOException {
    BoxChart chart =
        new BoxChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title("%s, %d ms added".formatted(step.title(), latency))
            .yAxisTitle("MiB/s, all rounds")
            .build();
    chart.getStyler().setYAxisMin(0.0);
    for (String contender : summary.contenders()) {
      List<Double> figures =
          summary.cell(latency, step, contender).map(Cell::figures).orElse(List.of());
      if (!figures.isEmpty()) {
        // XChart looks for null in it, which an immutable list does not allow.
        chart.addSeries(contender, new ArrayList<>(figures));
      }
    }
    if (!chart.getSeriesMap().isEmpty()) {
      save(chart, "%dms-%s-throughput".formatted(latency, step.id()));
    }
  }

  /** The share of operations that took at most so long, a curve a contender. */
  private void drawLatencies(int latency, StepInfo step) throws IOException {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title("%s, %d ms added".formatted(step.title(), latency))
            .xAxisTitle("ms")
            .yAxisTitle("share of operations")
            .build();
    chart.getStyler().setXAxisLogarithmic(true);
    chart.getStyler().setLegendPosition(LegendPosition.InsideSE);
    for (String contender : summary.contenders()) {
      summary
          .cell(latency, step, contender)
          .flatMap(Cell::latencies)
          .filter(distribution -> distribution.count() > 1)
          .ifPresent(distribution -> addCurve(chart, contender, distribution));
    }
    // curl's curve alone says nothing about clients.
    if (chart.getSeriesMap().keySet().stream().anyMatch(name -> !name.equals(Sample.REFERENCE))) {
      save(chart, "%dms-%s-latency".formatted(latency, step.id()));
    }
  }

  private static void addCurve(XYChart chart, String name, LatencyDistribution distribution) {
    List<Double> milliseconds =
        distribution.nanoseconds().stream().map(ns -> Math.max(ns, 100) / 1e6).toList();
    chart
        .addSeries(name, milliseconds, LatencyDistribution.QUANTILES)
        .setMarker(SeriesMarkers.NONE);
  }

  private void save(Chart<?, ?> chart, String name) throws IOException {
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    Path file = directory.resolve(name);
    BitmapEncoder.saveBitmap(chart, file.toString(), BitmapFormat.PNG);
    VectorGraphicsEncoder.saveVectorGraphic(chart, file.toString(), VectorGraphicsFormat.SVG);
    written.add(directory.resolve(name + ".png"));
    written.add(directory.resolve(name + ".svg"));
  }

  private static String word(Unit unit) {
    return unit.name().toLowerCase(Locale.ROOT).replaceAll("_.*", "");
  }
}
