package io.thins3.fs;

import com.github.benmanes.caffeine.cache.Ticker;
import io.thins3.meta.BucketTree;
import io.thins3.meta.Metadata.FileMetadata;
import io.thins3.read.ObjectVersion;
import io.thins3.read.Prefetching;
import io.thins3.read.RangeSource;
import io.thins3.read.ReadEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Fetches ahead for programs that walk through a bucket's tree and read many small files: 2,000
 * files of a server 30 ms away are a minute of waiting when each is asked for by its own open.
 *
 * <pre>
 *   open ─► {@link WalkDetector}: whose way is this on? ─► {@link TreeWalk}: what comes next there?
 *             │                                              │ files         │ directories
 *             ▼                                              ▼               ▼
 *           {@link GuessScore}: were we right?     ReadEngine.prefetch   BucketTree.listAhead
 *                                                            └─── when one ends: the next ───┘
 * </pre>
 *
 * <p>Everything is optional: a request is sent when there is a slot for it, and memory that nobody
 * else needs. Nothing waits, and no lock is held while requests are begun or ended. Thread-safe.
 */
final class SiblingReadAhead {
  /** A quarter of a bucket's connections, so that programs find free ones. */
  static final int MOST_REQUESTS = 16;

  /** Of those for listings: one may be a thousand requests long. */
  private static final int MOST_LISTINGS = 4;

  /** How long the answer to a GET ahead stands for that of the open. */
  static final Duration MOST_AGE = Duration.ofSeconds(10);

  private static final int LISTINGS_REMEMBERED = 256;

  /** A file that was fetched ahead. */
  private static final class Guess {
    final ObjectVersion version;
    final Walker walker;
    final long since;
    boolean holdsSlot = true;
    boolean ended;
    boolean failed;

    Guess(ObjectVersion version, Walker walker, long since) {
      this.version = version;
      this.walker = walker;
      this.since = since;
    }
  }

  /** What is to be asked for now. */
  private record Plan(List<Guess> files, List<String> directories) {
    static final Plan NOTHING = new Plan(List.of(), List.of());
  }

  private final ReadEngine engine;
  private final RangeSource content;
  private final BucketTree tree;
  private final UnaryOperator<String> key;
  private final Duration validFor;
  private final Semaphore slots;
  private final SiblingCounters counters;
  private final Ticker ticker;
  private final Object lock = new Object();

  // Guarded by lock.
  private final TreeWalk walk;
  private final WalkDetector detector;
  private final GuessScore score = new GuessScore();
  private final Map<ObjectVersion, Guess> guesses = new LinkedHashMap<>(); // the oldest first
  private final Map<String, Long> listedAt =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > LISTINGS_REMEMBERED;
        }
      };
  private int listing;

  /**
   * @param bucket whose files; its metadata TTL bounds what may be believed
   * @param slots for requests ahead, of all buckets together
   */
  SiblingReadAhead(
      Bucket bucket, ReadEngine engine, Semaphore slots, SiblingCounters counters, Ticker ticker) {
    this.engine = engine;
    this.content = bucket.content();
    this.tree = bucket.tree();
    this.key = bucket::key;
    this.slots = slots;
    this.counters = counters;
    this.ticker = ticker;
    Duration ttl = bucket.mount().metadataTtl();
    Duration shorter = ttl.compareTo(MOST_AGE) < 0 ? ttl : MOST_AGE;
    this.validFor = bucket.mount().siblingReadAhead() ? shorter : Duration.ZERO;
    this.walk = new TreeWalk(new KnownDirectories(tree::listedNow, bucket::inode));
    this.detector = new WalkDetector(walk, this::forgotten);
  }

  /** Whether a file of that size is fetched ahead; of an empty one, what its open asks. */
  static boolean isSmall(long size) {
    return size <= ReadEngine.OPEN_WHOLE;
  }

  /**
   * A file is being opened; its own request has been sent.
   *
   * @param version its key and what is known of it
   * @param progress what is going to be read of it; null when it is not small
   */
  void opened(String path, ObjectVersion version, @Nullable FileProgress progress) {
    if (validFor.isZero()) {
      return;
    }
    Walker walker;
    synchronized (lock) {
      long now = ticker.read();
      giveUpOld(now);
      Guess guess = guesses.remove(version);
      if (guess != null) {
        guess.walker.notAhead();
      }
      if (guess != null && !guess.failed) {
        counters.filesUsed.increment();
        if (!guess.ended) {
          counters.filesWaitedFor.increment();
        }
        guess.walker.used(!guess.ended);
        score.add(true, now);
      }
      walker = detector.opened(path, progress, now);
      if (!walker.looksAhead()) {
        return;
      }
    }
    fetchAhead(walker);
  }

  /** A directory is being read by a program. */
  void listed(String directory) {
    synchronized (lock) {
      if (listedAt.remove(directory) != null) {
        counters.listingsUsed.increment();
      }
    }
  }

  private void fetchAhead(Walker walker) {
    Plan plan;
    synchronized (lock) {
      plan = plan(walker, ticker.read());
    }
    int directories = 0;
    int files = 0;
    try {
      for (; directories < plan.directories.size(); directories++) {
        CompletableFuture<Boolean> listing = tree.listAhead(plan.directories.get(directories));
        counters.listings.increment();
        var unused = listing.whenComplete((listed, none) -> listingEnded(walker));
      }
      boolean memory = true;
      for (; files < plan.files.size(); files++) {
        memory = begin(plan.files.get(files), memory);
      }
    } finally { // an accident must not cost its slots for ever
      for (; directories < plan.directories.size(); directories++) {
        giveBackListing();
      }
      for (; files < plan.files.size(); files++) {
        refused(plan.files.get(files), false);
      }
    }
  }

  /** Whether there is memory for the next one. */
  private boolean begin(Guess guess, boolean memory) {
    Prefetching begun =
        memory
            ? engine.prefetch(content, guess.version, validFor, arrived -> ended(guess, arrived))
            : Prefetching.NO_MEMORY;
    switch (begun) {
      case BEGUN -> counters.files.increment();
      case NOT_NEEDED -> refused(guess, true);
      case NO_MEMORY -> {
        refused(guess, false);
        noMemory(guess.walker);
      }
    }
    return begun != Prefetching.NO_MEMORY; // until something is opened, or another one ends
  }

  private Plan plan(Walker walker, long now) {
    if (!walker.isWalking() || score.isOff(now)) {
      return Plan.NOTHING;
    }
    walker.looked();
    List<FileMetadata> versions = new ArrayList<>();
    List<String> paths = new ArrayList<>();
    Set<String> unlisted = new HashSet<>();
    walk.ahead(
        walker.order(),
        walker.position(),
        walker.top(),
        walker.directories(),
        new TreeWalk.Visitor() {
          @Override
          public boolean file(String path, FileMetadata version) {
            versions.add(version);
            paths.add(path);
            return paths.size() < walker.window();
          }

          @Override
          public void unlisted(String directory) {
            unlisted.add(directory);
          }
        });
    List<String> directories = new ArrayList<>();
    for (String directory : unlisted) {
      if (wasListed(directory, now)) {
        continue;
      }
      if (listing == MOST_LISTINGS || !slots.tryAcquire()) {
        walker.looksAgain();
        break;
      }
      listing++;
      listedAt.put(directory, now);
      directories.add(directory);
    }
    List<Guess> files = new ArrayList<>();
    for (int i = 0; i < paths.size(); i++) {
      FileMetadata found = versions.get(i);
      ObjectVersion version =
          new ObjectVersion(key.apply(paths.get(i)), found.etag(), found.size());
      if (!guesses.containsKey(version)) {
        if (!slots.tryAcquire()) {
          walker.looksAgain();
          break;
        }
        walker.fetching();
        Guess guess = new Guess(version, walker, now);
        guesses.put(version, guess);
        files.add(guess);
      }
    }
    return new Plan(files, directories);
  }

  private boolean wasListed(String directory, long now) {
    Long at = listedAt.get(directory);
    return at != null && now - at < validFor.toNanos();
  }

  private void listingEnded(Walker walker) {
    giveBackListing();
    fetchAhead(walker);
  }

  private void giveBackListing() {
    synchronized (lock) {
      listing--;
    }
    slots.release();
  }

  /** One that failed is not tried again soon: its open sends its own request. */
  private void ended(Guess guess, boolean arrived) {
    boolean wanting;
    synchronized (lock) {
      guess.ended = true;
      guess.failed = !arrived;
      wanting = guess.walker.isWanting();
      giveBackSlot(guess);
    }
    if (wanting) {
      fetchAhead(guess.walker);
    }
  }

  private void refused(Guess guess, boolean forGood) {
    synchronized (lock) {
      guess.failed = true;
      if (!forGood && guesses.remove(guess.version, guess)) {
        guess.walker.notAhead();
      }
      giveBackSlot(guess);
    }
  }

  /** Once, also when what follows its end has an accident while it is being begun. */
  private void giveBackSlot(Guess guess) {
    if (guess.holdsSlot) {
      guess.holdsSlot = false;
      slots.release();
    }
  }

  private void noMemory(Walker walker) {
    synchronized (lock) {
      walker.shrink();
    }
  }

  private void giveUpOld(long now) {
    for (Iterator<Guess> all = guesses.values().iterator(); all.hasNext(); ) {
      Guess guess = all.next();
      if (now - guess.since < validFor.toNanos()) {
        return;
      }
      all.remove();
      wrong(guess, now);
    }
  }

  private void forgotten(Walker walker) {
    long now = ticker.read();
    for (Iterator<Guess> all = guesses.values().iterator(); all.hasNext(); ) {
      Guess guess = all.next();
      if (guess.walker == walker) {
        all.remove();
        wrong(guess, now);
      }
    }
  }

  private void wrong(Guess guess, long now) {
    guess.walker.notAhead();
    if (guess.failed) {
      return;
    }
    counters.wastedBytes.add(guess.version.size());
    if (guess.walker.mistaken() && score.add(false, now)) {
      counters.switchedOff.increment();
    }
  }
}
