package io.thins3.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OwnMountTest {
  private static final MountSpec SPEC =
      new MountSpec(Path.of("/m"), "thins3:b", "thins3", List.of(), false, Duration.ofSeconds(20));

  private final List<MountInfo> mounts =
      new ArrayList<>(List.of(mount(1, 0, "/", "ext4", "/dev/sda")));
  private final List<String> unmounted = new ArrayList<>();
  private @Nullable String busy;

  private final Unmounter unmounter =
      new Unmounter() {
        @Override
        @Nullable String plain(Path mountPoint) {
          unmounted.add("plain " + mountPoint);
          return busy;
        }

        @Override
        @Nullable String lazy(Path mountPoint) {
          unmounted.add("lazy " + mountPoint);
          return null;
        }
      };

  private static MountInfo mount(long id, long parent, String at, String type, String source) {
    return new MountInfo(id, parent, "0:" + id, "/", at, type, source, List.of(), List.of());
  }

  private static MountInfo ours(long id, long parent) {
    return mount(id, parent, "/m", "fuse.thins3", "thins3:b");
  }

  private MountProof proof() throws MountException {
    return MountProof.before(SPEC, () -> new MountTable(mounts), unmounter);
  }

  private OwnMount own(MountInfo info) {
    return own(info, () -> new MountTable(mounts), unmounter);
  }

  private static OwnMount own(MountInfo info, MountTable.Source table, Unmounter unmounter) {
    BusyProcesses nobody = new BusyProcesses(Path.of("/nonexistent"), Duration.ofSeconds(30));
    return new OwnMount(info, table, unmounter, nobody);
  }

  @Test
  void look_ourMountOnTop_found() throws Exception {
    MountProof proof = proof();
    assertThat(proof.look()).isNull();
    mounts.add(ours(2, 1));
    OwnMount found = proof.look();
    assertThat(found).isNotNull();
    assertThat(found).extracting(OwnMount::info).isEqualTo(mounts.get(1));
  }

  @Test
  void look_sameMountAsBefore_notOurs() throws Exception {
    mounts.add(ours(2, 1));
    MountProof proof = proof();
    assertThat(proof.look()).isNull();
    mounts.add(ours(3, 2));
    assertThat(proof.look()).isNotNull();
  }

  @Test
  void look_othersOnTop_notOurs() throws Exception {
    MountProof proof = proof();
    mounts.add(ours(2, 1));
    mounts.add(mount(3, 2, "/m", "tmpfs", "tmpfs"));
    assertThat(proof.look()).isNull();
    mounts.set(2, mount(3, 2, "/m", "fuse.other", "thins3:b"));
    assertThat(proof.look()).isNull();
  }

  @Test
  void detachDead_onlyWhatIsStillThere() {
    OwnMount own = own(ours(2, 1));
    own.detachDead();
    assertThat(unmounted).as("it is gone").isEmpty();
    mounts.add(ours(2, 1));
    mounts.add(mount(3, 2, "/m", "tmpfs", "tmpfs"));
    own.detachDead();
    assertThat(unmounted).as("another lies on top").isEmpty();
    mounts.remove(2);
    own.detachDead();
    assertThat(unmounted).containsExactly("lazy /m");
  }

  @Test
  void undo_mountThatIsNotProved_takenAwayUnlessItIsForeign() throws Exception {
    MountProof proof = proof();
    proof.undo();
    mounts.add(mount(3, 1, "/m", "tmpfs", "tmpfs"));
    proof.undo();
    proof().undo();
    assertThat(unmounted).isEmpty();
    // As a kernel that shows another source.
    mounts.set(1, mount(4, 1, "/m", "fuse.thins3", "thins3"));
    assertThat(proof.look()).isNull();
    proof().undo();
    assertThat(unmounted).as("it was there before").isEmpty();
    proof.undo();
    assertThat(unmounted).containsExactly("lazy /m");
  }

  @Test
  void undo_tableUnreadable_takenAwayAllTheSame() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    MountProof proof =
        MountProof.before(
            SPEC,
            () -> {
              if (looks.incrementAndGet() > 1) {
                throw new IOException("no /proc");
              }
              return new MountTable(mounts);
            },
            unmounter);
    proof.undo();
    assertThat(unmounted).containsExactly("lazy /m");
  }

  @Test
  void await_mountThatComesLater_found() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    MountProof proof =
        MountProof.before(
            SPEC,
            () -> {
              if (looks.incrementAndGet() == 5) {
                mounts.add(ours(2, 1));
              }
              return new MountTable(mounts);
            },
            unmounter);
    assertThat(proof.await(Duration.ofMinutes(1), () -> true)).isNotNull();
    assertThat(looks).hasValue(5);
  }

  @Test
  void await_notPossibleAnyMoreOrTooLate_null() throws Exception {
    assertThat(proof().await(Duration.ofMinutes(1), () -> false)).isNull();
    assertThat(proof().await(Duration.ofMillis(20), () -> true)).isNull();
  }

  @Test
  void await_tableUnreadable_mountException() {
    assertThat(
            catchThrowableOfType(
                MountException.class,
                () ->
                    MountProof.before(
                        SPEC,
                        () -> {
                          throw new IOException("no table");
                        },
                        unmounter)))
        .hasMessageContaining("/m")
        .hasMessageContaining("no table");
  }

  @Test
  void unmount_topmost_plainIsEnough() {
    mounts.add(ours(2, 1));
    assertThat(own(mounts.get(1)).unmount(Set.of())).isTrue();
    assertThat(unmounted).containsExactly("plain /m");
  }

  @Test
  void unmount_busy_thenLazy() {
    mounts.add(ours(2, 1));
    busy = "EBUSY";
    assertThat(own(mounts.get(1)).unmount(Set.of())).isFalse();
    assertThat(unmounted).containsExactly("plain /m", "lazy /m");
  }

  @Test
  void unmount_goneOrCovered_nothing() {
    assertThat(own(ours(2, 1)).unmount(Set.of())).isTrue();
    mounts.add(ours(2, 1));
    mounts.add(mount(3, 2, "/m", "tmpfs", "tmpfs"));
    assertThat(own(mounts.get(1)).unmount(Set.of())).as("it is still there").isFalse();
    assertThat(unmounted).isEmpty();
  }

  @Test
  void unmount_idGivenToAnother_nothing() {
    mounts.add(mount(2, 1, "/m", "tmpfs", "tmpfs"));
    own(ours(2, 1)).unmount(Set.of());
    assertThat(unmounted).isEmpty();
  }

  @Test
  void unmount_replacedWhileBusy_otherIsNotDetached() {
    MountInfo ours = ours(2, 1);
    mounts.add(ours);
    Unmounter replacing =
        new Unmounter() {
          @Override
          @Nullable String plain(Path mountPoint) {
            mounts.set(1, mount(9, 1, "/m", "tmpfs", "tmpfs"));
            return "EBUSY";
          }

          @Override
          @Nullable String lazy(Path mountPoint) {
            throw new AssertionError("not ours");
          }
        };
    own(ours, () -> new MountTable(mounts), replacing).unmount(Set.of());
    assertThat(mounts.get(1).id()).isEqualTo(9);
  }

  @Test
  void unmount_tableUnreadable_nothing() {
    boolean plain =
        own(
                ours(2, 1),
                () -> {
                  throw new IOException("no table");
                },
                unmounter)
            .unmount(Set.of());
    assertThat(plain).isFalse();
    assertThat(unmounted).isEmpty();
  }
}
