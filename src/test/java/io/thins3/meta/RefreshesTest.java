package io.thins3.meta;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RefreshesTest {
  private final Refreshes refreshes = new Refreshes();

  @Test
  void cover_pathAtBelowAndBeside_onlyWhatWasRefreshed() {
    long mark = refreshes.mark();
    refreshes.add("a/b");

    assertThat(refreshes.cover(mark, "a/b")).isTrue();
    assertThat(refreshes.cover(mark, "a/b/c/d")).isTrue();
    assertThat(refreshes.cover(mark, "a")).isFalse();
    assertThat(refreshes.cover(mark, "a/bc")).isFalse();
    assertThat(refreshes.cover(refreshes.mark(), "a/b")).as("asked afterwards").isFalse();
  }

  @Test
  void coverListing_directoryThatHasTheName_isCovered() {
    long mark = refreshes.mark();
    refreshes.add("a/b");

    assertThat(refreshes.coverListing(mark, "a")).isTrue();
    assertThat(refreshes.coverListing(mark, "a/b")).isTrue();
    assertThat(refreshes.coverListing(mark, "a/b/c")).isTrue();
    assertThat(refreshes.coverListing(mark, "")).isFalse();
    assertThat(refreshes.coverListing(mark, "x")).isFalse();
  }

  @Test
  void cover_rootRefreshed_everything() {
    long mark = refreshes.mark();
    refreshes.add("");

    assertThat(refreshes.cover(mark, "a/b")).isTrue();
    assertThat(refreshes.coverListing(mark, "")).isTrue();
  }

  @Test
  void cover_moreRefreshesThanAreRemembered_takenForRefreshed() {
    long mark = refreshes.mark();
    for (int i = 0; i < Refreshes.REMEMBERED; i++) {
      refreshes.add("other/" + i);
    }
    assertThat(refreshes.cover(mark, "a")).isFalse();
    refreshes.add("other");
    assertThat(refreshes.cover(mark, "a")).isTrue();
  }
}
