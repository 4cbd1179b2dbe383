package io.thins3.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.config.ExitCode;
import io.thins3.memory.MemoryBudget;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** bin/thins3, with a Java that only notes what it was started with. */
final class LauncherTest {
  private static final String MOUNTED = "echo mounted >/dev/fd/3\n";

  // Bits of SigIgn in /proc/PID/status: signal n is bit n - 1. (bash itself ignores QUIT.)
  private static final long HUP = 1L;
  private static final long INT = 1L << 1;
  private static final long TERM = 1L << 14;

  private Path root;
  private FakeJava java;

  @BeforeEach
  void setUp(@TempDir Path directory) throws Exception {
    root = directory;
    java = new FakeJava(directory);
  }

  // Finding Java, and its arguments

  @Test
  void run_java17_getsTheArgumentsItKnows() throws Exception {
    java.variable("THINS3_JAVA_OPTS", " -Xmx1g  -Da=* ");
    assertThat(java.run("fluid", "--log-level", "a  b", "")).isZero();
    List<String> args = java.lines("args");
    assertThat(args.get(1)).matches("-Xmx(9[6-9]|[1-9][0-9][0-9]|10[01][0-9]|102[0-4])m");
    args.remove(1);
    assertThat(args)
        .containsExactly(
            "-XX:+UseSerialGC",
            "-Xms32m",
            "-XX:MaxDirectMemorySize=1t",
            "-XX:-UsePerfData",
            "-Dsun.net.inetaddr.ttl=5",
            "-Dsun.net.inetaddr.negative.ttl=1",
            "-Djava.awt.headless=true",
            "-XX:Tier4InvocationThreshold=40000",
            "-XX:Tier4MinInvocationThreshold=4800",
            "-XX:Tier4CompileThreshold=120000",
            "-XX:Tier4BackEdgeThreshold=320000",
            "-XX:CompileCommand=quiet",
            "-XX:CompileCommand=CompileThresholdScaling,com.sun.crypto.provider.*::*,0.125",
            "-XX:CompileCommand=CompileThresholdScaling,sun.security.ssl.*::*,0.125",
            "-XX:CompileCommand=CompileThresholdScaling,io.thins3.store.Crc64Nvme::*,0.125",
            "-XX:SharedArchiveFile=" + root.resolve("dist/thins3.jsa"),
            "-Xlog:cds*=off",
            "-Xmx1g",
            "-Da=*",
            "-cp",
            root.resolve("dist/lib") + "/*",
            "io.thins3.cli.Thins3",
            "fluid",
            "--log-level",
            "a  b",
            "");
  }

  @Test
  void run_memoryOfPages_goesBackToTheSystem() throws Exception {
    assertThat(java.run("fluid")).isZero();
    assertThat(java.lines("env")).contains("MALLOC_MMAP_THRESHOLD_=" + MemoryBudget.PAGE_BYTES);
  }

  @ParameterizedTest
  @CsvSource({"17, false, false", "21.0.1, false, false", "22, true, false", "25-ea, true, true"})
  void run_newerJava_isAllowedNativeAccess(String version, boolean access, boolean memory)
      throws Exception {
    java.release(version);
    assertThat(java.run("fluid")).isZero();
    assertThat(java.lines("args").contains("--enable-native-access=ALL-UNNAMED")).isEqualTo(access);
    assertThat(java.lines("args").contains("--sun-misc-unsafe-memory-access=allow"))
        .isEqualTo(memory);
  }

  @ParameterizedTest
  @CsvSource({"17, false", "23.0.1, false", "24, true", "25-ea, true"})
  void run_newerJava_saysNothingOfItsArchive(String version, boolean renamed) throws Exception {
    java.release(version);
    assertThat(java.run("fluid")).isZero();
    assertThat(java.lines("args").contains("-Xlog:aot*=off")).isEqualTo(renamed);
  }

  @ParameterizedTest
  @CsvSource({"1.8.0_402, 8", "11.0.2, 11", "16, 16"})
  void run_olderJava_isRefused(String version, String major) throws Exception {
    java.release(version);
    assertThat(java.run("fluid")).isEqualTo(ExitCode.JAVA.code());
    assertThat(java.file("stderr"))
        .isEqualTo(
            "thins3: %s/bin/java is Java %s; install Java 17 or newer, or set JAVA_HOME to one\n"
                .formatted(java.home(), major));
    assertThat(root.resolve("args")).doesNotExist();
  }

  @Test
  void run_noReleaseFile_asksJava() throws Exception {
    Files.delete(java.home().resolve("release"));
    java.script(
        "if [[ $1 == -version ]]; then echo 'openjdk version \"25.0.1\" 2025' >&2; exit; fi\n"
            + "printf '%s\\n' \"$@\" >\"$OUT/args\"");
    assertThat(java.run("fluid")).isZero();
    assertThat(java.lines("args")).contains("--sun-misc-unsafe-memory-access=allow");
    java.script("exit 1");
    assertThat(java.run("fluid")).isEqualTo(ExitCode.JAVA.code());
    assertThat(java.file("stderr")).contains("does not say its version");
  }

  @Test
  void run_javaHomeWithoutJava_isRefused() throws Exception {
    java.variable("JAVA_HOME", root.resolve("none").toString());
    assertThat(java.run("fluid")).isEqualTo(ExitCode.JAVA.code());
    assertThat(java.file("stderr"))
        .isEqualTo(
            "thins3: JAVA_HOME is %s, but there is no bin/java in it; set it to a JDK or JRE, or unset it\n"
                .formatted(root.resolve("none")));
  }

  @Test
  void run_javaOnPath_isFoundThroughLinks() throws Exception {
    Path bin = Files.createDirectories(root.resolve("path"));
    Files.createSymbolicLink(root.resolve("alternative"), java.home().resolve("bin/java"));
    Files.createSymbolicLink(bin.resolve("java"), Path.of("../alternative"));
    java.release("25").without("JAVA_HOME").variable("PATH", bin + ":" + System.getenv("PATH"));
    assertThat(java.run("fluid")).isZero();
    assertThat(java.lines("args")).contains("--sun-misc-unsafe-memory-access=allow");
  }

  @Test
  void run_noJavaAnywhere_saysWhatToInstall() throws Exception {
    Path bin = Files.createDirectories(root.resolve("path"));
    for (String tool : new String[] {"env", "bash", "dirname", "basename", "readlink"}) {
      FakeJava.executable(bin.resolve(tool), "#!/bin/sh\nexec /usr/bin/" + tool + " \"$@\"\n");
    }
    java.without("JAVA_HOME").variable("PATH", bin.toString());
    assertThat(java.run("b", "d")).isEqualTo(ExitCode.JAVA.code());
    assertThat(java.file("stderr"))
        .startsWith("thins3: no java on PATH and JAVA_HOME is not set; install Java 17 or newer")
        .hasLineCount(1);
  }

  @Test
  void run_linkToTheLauncher_findsItsHome() throws Exception {
    Path links = Files.createDirectories(root.resolve("a b"));
    Files.createSymbolicLink(links.resolve("x"), java.launcher());
    Path link = Files.createSymbolicLink(links.resolve("y"), Path.of("x"));
    assertThat(java.end(java.start(List.of(link.toString(), "fluid")))).isZero();
    assertThat(java.lines("args")).contains(root.resolve("dist/lib") + "/*");
  }

  @Test
  void run_colonInTheNameOfItsHome_isRefused() throws Exception {
    Path colon = Files.createDirectories(root.resolve("a:b/bin"));
    Path launcher = Files.copy(java.launcher(), colon.resolve("thins3"));
    assertThat(java.end(java.start(List.of(launcher.toString(), "fluid")))).isEqualTo(1);
    assertThat(java.file("stderr"))
        .isEqualTo(
            "thins3: %s has a colon in its name, which Java cannot load from; move it\n"
                .formatted(colon.getParent()));
  }

  @ParameterizedTest
  @CsvSource({"'', C.UTF-8", "C, C.UTF-8", "POSIX, C.UTF-8", "de_DE.UTF-8,", "en_US.utf8,"})
  void run_locale_isUtf8(String lang, String expected) throws Exception {
    java.variable("LANG", lang).without("LC_ALL");
    assertThat(java.run("fluid")).isZero();
    String all = "LC_ALL=" + expected;
    assertThat(java.lines("env").stream().filter(line -> line.startsWith("LC_ALL=")).toList())
        .isEqualTo(expected == null ? List.of() : List.of(all));
  }

  // Memory

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // /proc/self/cgroup, limit file, its content, bytes
        "0::/, -, -, 4194304000",
        "0::/, sys/fs/cgroup/memory.max, 268435456, 268435456",
        "0::/, sys/fs/cgroup/memory.max, max, 4194304000",
        "0::/a/b, sys/fs/cgroup/a/memory.max, 1000000000, 1000000000",
        "0::/a/b, sys/fs/cgroup/a/b/memory.max, 9000000000, 4194304000",
        "7:memory:/d/x, sys/fs/cgroup/memory/memory.limit_in_bytes, 500000000, 500000000",
        "7:cpu;memory:/d, sys/fs/cgroup/memory/d/memory.limit_in_bytes, 500000000, 500000000",
        "7:memory:/, sys/fs/cgroup/memory/memory.limit_in_bytes, 9223372036854771712, 4194304000",
        "7:cpu:/, sys/fs/cgroup/memory/memory.limit_in_bytes, 5, 4194304000"
      })
  void memoryLimit_cgroupOrMachine_theSmallerCounts(
      String cgroup, String file, String content, String expected) throws Exception {
    Path fake = root.resolve("fake");
    Files.createDirectories(fake.resolve("proc/self"));
    Files.writeString(fake.resolve("proc/meminfo"), "MemTotal:  4096000 kB\nMemFree: 1 kB\n");
    Files.writeString(fake.resolve("proc/self/cgroup"), cgroup.replace(';', ',') + "\n");
    if (file != null) {
      Files.createDirectories(fake.resolve(file).resolve("..").normalize());
      Files.writeString(fake.resolve(file), content + "\n");
    }
    assertThat(function("memory_limit " + fake)).isEqualTo(expected);
  }

  @Test
  void memoryLimit_nothingKnown_isZero() throws Exception {
    assertThat(function("memory_limit " + root.resolve("nowhere"))).isEqualTo("0");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 256",
    "1, 96",
    "104857600, 96",
    "402653184, 192",
    "2147483648, 1024",
    "99999999999, 1024"
  })
  void heapMib_memory_isHalfWithinBounds(String bytes, String mib) throws Exception {
    assertThat(function("heap_mib " + bytes)).isEqualTo(mib);
  }

  private String function(String call) throws Exception {
    assertThat(
            java.end(
                java.start(
                    List.of(
                        "bash", "-c", "source \"$1\"; " + call, "-", java.launcher().toString()))))
        .isZero();
    return java.file("stdout").strip();
  }

  // Foreground

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "fluid",
        "fluid --log-level debug",
        "help",
        "--help",
        "-h",
        "-V",
        "mount --version",
        "-f b d",
        "b d -f",
        "mount b d --foreground",
        "--foreground=true b d",
        "--foreground= b d",
        "--foreground=false --foreground b d",
        "-f=ON b d",
        "-fo nonempty b d"
      })
  void run_foreground_theLauncherBecomesJava(String line) throws Exception {
    java.variable("THINS3_READY_FD", "9");
    Process process = java.start(line.isEmpty() ? new String[0] : line.split(" "));
    assertThat(java.end(process)).isZero();
    assertThat(java.file("pid").strip()).isEqualTo(Long.toString(process.pid()));
    assertThat(java.lines("env")).noneMatch(variable -> variable.startsWith("THINS3_READY_FD="));
  }

  @Test
  void run_foreground_codeAndOutputAreJavas() throws Exception {
    java.script("echo out; echo err >&2; exit 7");
    assertThat(java.run("-f", "b", "d")).isEqualTo(7);
    assertThat(java.file("stdout")).isEqualTo("out\n");
    assertThat(java.file("stderr")).isEqualTo("err\n");
  }

  // Background

  @ParameterizedTest
  @ValueSource(
      strings = {
        "b d",
        "mount b d",
        "-o x b d",
        "--uid 7 b d",
        "b -- -f",
        "--fake b d",
        "--foreground=false b d",
        "mount --foreground=0 b d",
        "b d --foreground=NO",
        "b d --foreground=Off",
        "-f=off b d",
        "-f false b d",
        "--foreground --foreground=false b d"
      })
  void run_background_returnsWhenMountedAndLeavesJavaAlone(String line) throws Exception {
    java.script(
        "exec </dev/null >/dev/null 2>&1\n"
            + "cat /proc/$$/status >\"$OUT/status\"; cat /proc/$$/stat >\"$OUT/stat\"\n"
            + "env >\"$OUT/env\"; mkfifo \"$OUT/end\"; echo $$ >\"$OUT/pid\"\n"
            + MOUNTED
            + "read -r _ <\"$OUT/end\"; echo done >\"$OUT/done\"");
    assertThat(java.run(line.split(" "))).isZero();
    String pid = java.file("pid").strip();
    try {
      assertThat(Path.of("/proc", pid)).exists();
      assertThat(java.leftovers()).isEmpty();
      assertThat(java.lines("env")).contains("THINS3_READY_FD=3");
      // Fields after the name in parentheses: state, parent, group, session.
      String stat = java.file("stat");
      assertThat(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[3]).isEqualTo(pid);
      // A JVM would leave them ignored.
      assertThat(ignoredSignals() & (HUP | INT | TERM)).isZero();
    } finally {
      Files.writeString(root.resolve("end"), "\n");
    }
    java.await("done");
  }

  private long ignoredSignals() throws Exception {
    String line =
        java.lines("status").stream()
            .filter(l -> l.startsWith("SigIgn:"))
            .findFirst()
            .orElseThrow();
    return Long.parseUnsignedLong(line.substring("SigIgn:".length()).strip(), 16);
  }

  /** The launcher reads letter by letter, and its deadline may pass between two of them. */
  @Test
  void run_background_wordComesInTwoParts_isUnderstood() throws Exception {
    java.script("printf moun >&3\nsleep 1.5\nprintf 'ted\\n' >&3");
    assertThat(java.run("b", "d")).isZero();
  }

  @Test
  void run_background_javaGetsOneDescriptorAndNoMore() throws Exception {
    java.script("ls /proc/$$/fd >\"$OUT/fds\"; readlink /proc/$$/fd/3 >\"$OUT/three\"\n" + MOUNTED);
    assertThat(java.run("b", "d")).isZero();
    // 255 is where bash, the Java of this test, keeps its script.
    assertThat(java.lines("fds")).containsExactlyInAnyOrder("0", "1", "2", "3", "255");
    assertThat(java.file("three")).contains("/ready (deleted)");
  }

  @Test
  void run_background_callersDescriptorsAreClosed() throws Exception {
    java.script("ls /proc/$$/fd >\"$OUT/fds\"\n" + MOUNTED);
    Process process =
        java.start(
            List.of(
                "bash",
                "-c",
                "exec 3>\"$OUT/a\" 5>\"$OUT/b\" 9>\"$OUT/lock\" 200>\"$OUT/c\"; flock 9; \"$1\" b"
                    + " d",
                "-",
                java.launcher().toString()));
    assertThat(java.end(process)).isZero();
    assertThat(java.lines("fds")).containsExactlyInAnyOrder("0", "1", "2", "3", "255");
  }

  @Test
  void run_background_callersDirectoryIsFreeButRelativePathsMeanIt() throws Exception {
    String notes = "pwd -P >\"$OUT/cwd\"; printf '%s\\n' \"$@\" >\"$OUT/args\"\n";
    java.script(notes + MOUNTED);
    Path caller = Files.createDirectories(root.toRealPath().resolve("a  b/c"));
    Path link = Files.createSymbolicLink(root.resolve("link"), caller);
    assertThat(java.end(java.start(inDirectory(link, "b", "d")))).isZero();
    assertThat(java.lines("cwd")).containsExactly("/");
    assertThat(java.lines("args").get(0)).isEqualTo("-Duser.dir=" + caller);
    java.script(notes);
    assertThat(java.end(java.start(inDirectory(link, "-f", "b", "d")))).isZero();
    assertThat(java.lines("cwd")).containsExactly(caller.toString());
    assertThat(java.lines("args")).noneMatch(argument -> argument.startsWith("-Duser.dir"));
  }

  /** What {@code -Duser.dir} is relied on for; no promise of the JDK's documentation. */
  @Test
  void userDir_ofThisJava_isWhatRelativePathsAreResolvedAgainst() throws Exception {
    Path caller = Files.createDirectories(root.toRealPath().resolve("a  ä"));
    Files.writeString(caller.resolve("file"), "content");
    Path source = root.resolve("Relative.java");
    Files.writeString(
        source,
        """
        import java.nio.file.*;
        class Relative {
          public static void main(String[] args) throws Exception {
            System.out.write(Path.of("x").toAbsolutePath().toString().getBytes("UTF-8"));
            System.out.print(" " + Files.readString(Path.of("file")));
            System.out.flush();
          }
        }
        """);
    Process process =
        java.variable("LC_ALL", "C.UTF-8")
            .start(
                List.of(
                    "bash",
                    "-c",
                    "cd /; exec \"$1\" -Duser.dir=\"$2\" \"$3\"",
                    "-",
                    Path.of(System.getProperty("java.home"), "bin/java").toString(),
                    caller.toString(),
                    source.toString()));
    assertThat(java.end(process)).as(java.file("stderr")).isZero();
    assertThat(java.file("stdout")).isEqualTo(caller.resolve("x") + " content");
  }

  @Test
  void run_relativeJavaHome_isFoundFromTheBackground() throws Exception {
    java.variable("JAVA_HOME", "jdk").script("touch \"$OUT/started\"\n" + MOUNTED);
    assertThat(java.end(java.start(inDirectory(root, "b", "d")))).isZero();
    assertThat(root.resolve("started")).exists();
  }

  private List<String> inDirectory(Path directory, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "bash",
                "-c",
                "cd \"$1\" && shift && exec \"$@\"",
                "-",
                directory.toString(),
                java.launcher().toString()));
    command.addAll(List.of(arguments));
    return command;
  }

  @Test
  void run_backgroundJavaFails_codeAndErrorArePassedOn() throws Exception {
    java.script("echo 'thins3: no bucket' >&2; exit 6");
    assertThat(java.run("b", "d")).isEqualTo(6);
    assertThat(java.file("stderr")).isEqualTo("thins3: no bucket\n");
    assertThat(java.leftovers()).isEmpty();
  }

  @Test
  void run_backgroundJavaIsKilled_codeSaysSo() throws Exception {
    java.script("kill -KILL $$");
    assertThat(java.run("b", "d")).isEqualTo(128 + 9);
    assertThat(java.leftovers()).isEmpty();
  }

  @Test
  void run_backgroundJavaEndsWithoutAWord_isNoSuccessByItself() throws Exception {
    java.script("echo mount >/dev/fd/3; exit 3");
    assertThat(java.run("b", "d")).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT", "HUP"})
  void run_signalWhileWaiting_isPassedToJava(String signal) throws Exception {
    java.script(
        """
        exec >/dev/null
        trap 'echo got >"$OUT/got"; exit 42' TERM
        mkfifo "$OUT/end"
        touch "$OUT/started"
        while :; do read -r -t 1 _ <>"$OUT/end"; done
        """);
    Process launcher = java.start("b", "d");
    java.await("started");
    Process kill = java.start(List.of("kill", "-" + signal, Long.toString(launcher.pid())));
    assertThat(java.end(kill)).isZero();
    assertThat(java.end(launcher)).isEqualTo(42);
    assertThat(java.file("got")).isEqualTo("got\n");
    assertThat(java.leftovers()).isEmpty();
  }

  @Test
  void run_noTemporaryDirectory_saysSo() throws Exception {
    java.variable("TMPDIR", root.resolve("none").toString());
    assertThat(java.run("b", "d")).isEqualTo(1);
    assertThat(java.file("stderr")).contains("thins3: no temporary directory");
    assertThat(root.resolve("args")).doesNotExist();
  }
}
