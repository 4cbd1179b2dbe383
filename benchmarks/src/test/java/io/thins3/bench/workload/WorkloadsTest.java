package io.thins3.bench.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.bench.result.StepInfo;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class WorkloadsTest {
  @Test
  void all_stepIds_areUniqueAndReferencesNameOneOfThem() {
    List<String> ids =
        Workloads.all().stream()
            .flatMap(w -> w.steps(Sizes.full()).stream())
            .map(StepInfo::id)
            .toList();

    assertThat(ids).doesNotHaveDuplicates();
    assertThat(Workloads.all())
        .allSatisfy(
            w ->
                w.reference()
                    .ifPresent(
                        reference ->
                            assertThat(w.steps(Sizes.full()))
                                .extracting(StepInfo::id)
                                .contains(reference.step())));
  }

  @Test
  void layout_tree_hasTheAskedShapeAndSizes() {
    Map<String, Integer> tree = new Layout(Sizes.full(), 1).tree();

    assertThat(tree).hasSize(2000);
    assertThat(tree.keySet().stream().map(p -> p.replaceFirst("/[^/]*$", "")).distinct())
        .hasSize(200);
    assertThat(tree.keySet().stream().map(p -> p.replaceFirst("(tree/[^/]*)/.*", "$1")).distinct())
        .hasSize(20);
    assertThat(tree.values()).allMatch(size -> size >= 512 && size <= 300_000);
  }

  @Test
  void layout_copySource_isAbout96Megabytes() {
    Map<String, Integer> files = new Layout(Sizes.full(), 1).copySource();

    assertThat(files).hasSize(640);
    assertThat(files.values().stream().mapToLong(Integer::longValue).sum())
        .isBetween(90_000_000L, 102_000_000L);
  }

  @Test
  void layout_sameSeed_isTheSame() {
    assertThat(new Layout(Sizes.quick(), 5).tree()).isEqualTo(new Layout(Sizes.quick(), 5).tree());
    assertThat(new Layout(Sizes.quick(), 5).tree())
        .isNotEqualTo(new Layout(Sizes.quick(), 6).tree());
  }
}
