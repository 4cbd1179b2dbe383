package io.thins3.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class BudgetTest {
  private long seconds;

  private Budget budget(int minutes, int latencies) {
    return new Budget(Duration.ofMinutes(minutes), latencies, () -> seconds * 1_000_000_000);
  }

  /** Runs rounds of so many seconds as long as they fit. */
  private int rounds(Budget budget, int each) throws Exception {
    int rounds = 0;
    for (budget.nextShare(); budget.roundFits(); rounds++) {
      budget.round(() -> seconds += each);
    }
    return rounds;
  }

  @Test
  void roundFits_oneLatency_fillsTheTime() throws Exception {
    Budget budget = budget(4, 1);
    seconds = 30;

    assertThat(rounds(budget, 60)).isEqualTo(3);
    assertThat(seconds).isEqualTo(210);
  }

  @Test
  void roundFits_severalLatencies_eachHasItsShare() throws Exception {
    Budget budget = budget(6, 3);

    assertThat(rounds(budget, 30)).isEqualTo(4);
    assertThat(rounds(budget, 40)).isEqualTo(3);
    assertThat(rounds(budget, 60)).isEqualTo(2);
    assertThat(seconds).isEqualTo(360);
  }

  @Test
  void roundFits_countingPassInBetween_isNoRound() throws Exception {
    Budget budget = budget(4, 1);
    budget.nextShare();
    budget.round(() -> seconds += 30);
    seconds += 90;

    assertThat(budget.roundFits()).isTrue();
    budget.round(() -> seconds += 90);
    assertThat(budget.roundFits()).isFalse();
  }

  @Test
  void roundFits_timeIsOver_theFirstOfALatencyStillDoes() throws Exception {
    Budget budget = budget(1, 2);

    assertThat(rounds(budget, 600)).isEqualTo(1);
    assertThat(rounds(budget, 600)).isEqualTo(1);
  }
}
