package io.thins3.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.config.BucketMount;
import io.thins3.config.Credentials;
import io.thins3.config.ExitCode;
import io.thins3.config.HttpSettings;
import io.thins3.config.LogLevel;
import io.thins3.config.LogSettings;
import io.thins3.config.Owner;
import io.thins3.config.ServiceConfig;
import io.thins3.config.StagingSettings;
import io.thins3.config.TransportKind;
import io.thins3.config.UserException;
import io.thins3.ops.Logging;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class Thins3Test {
  private static final String USAGE = "; usage: thins3 mount [OPTIONS] BUCKET[:PREFIX] MOUNTPOINT";

  private final Program program = new Program();

  @AfterEach
  void restoreLogging() throws Exception {
    Logging.start(LogSettings.DEFAULT, System.out);
  }

  // What commands make of their arguments

  @Test
  void mount_nothingButNames_isTheDefaultConfiguration() {
    assertThat(program.run("mount", "bucket", "/mnt/b")).isZero();
    Owner owner = Owner.ofProcess();
    assertThat(program.runner().config())
        .isEqualTo(
            new ServiceConfig(
                List.of(
                    new BucketMount(
                        "bucket",
                        "/",
                        "bucket",
                        "",
                        null,
                        null,
                        new Credentials.DefaultChain(null),
                        false,
                        false,
                        owner.uid(),
                        owner.gid(),
                        0644,
                        0755,
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(1),
                        false,
                        true,
                        true,
                        HttpSettings.of(Duration.ofSeconds(30)))),
                Path.of("/mnt/b"),
                "thins3:bucket",
                "thins3",
                List.of("default_permissions"),
                TransportKind.LINUX,
                Duration.ofSeconds(20),
                null,
                null,
                StagingSettings.DEFAULT,
                LogSettings.DEFAULT));
    assertThat(program.runner().policy())
        .isEqualTo(new RunPolicy(Duration.ofSeconds(10), false, false));
    assertThat(program.err() + program.out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mount -f --endpoint http://minio:9000 --uid 7 bucket:a/ /mnt/b",
        "-f --endpoint=http://minio:9000 --uid=7 bucket:a /mnt/b",
        "bucket:a /mnt/b --endpoint http://minio:9000 --uid 7 --foreground",
        "mount s3://bucket/a --foreground=true --uid 7 --endpoint http://minio:9000/ /mnt/./b/",
        "--uid 7 http://minio:9000/bucket/a/ /mnt/b",
        "--endpoint http://minio:9000 --uid 7 -- arn:aws:s3:::bucket/a /mnt/b"
      })
  void mount_anyOrderAndForm_isTheSame(String line) {
    assertThat(program.run(line.split(" "))).isZero();
    BucketMount mount = program.runner().config().buckets().get(0);
    assertThat(mount.bucket()).isEqualTo("bucket");
    assertThat(mount.prefix()).isEqualTo("a/");
    assertThat(mount.uid()).isEqualTo(7);
    assertThat(mount.endpoint()).isEqualTo(URI.create("http://minio:9000"));
    assertThat(program.runner().config().mountPoint()).hasToString("/mnt/b");
  }

  @Test
  void mount_goofysOptions_areUnderstood() {
    int code =
        program.run(
            ("-o allow_other,ro -o nonempty --endpoint http://minio:9000 --region r --profile p"
                    + " --uid 1 --gid 2 --file-mode 0600 --dir-mode 0700 --stat-cache-ttl 1m30s"
                    + " --type-cache-ttl 2m --http-timeout 5s --subdomain --no-implicit-dir --cheap"
                    + " --debug_fuse --debug_s3 -f bucket /mnt/b")
                .split(" "));
    assertThat(code).isZero();
    ServiceConfig config = program.runner().config();
    assertThat(config.buckets())
        .containsExactly(
            new BucketMount(
                "bucket",
                "/",
                "bucket",
                "",
                URI.create("http://minio:9000"),
                "r",
                new Credentials.DefaultChain("p"),
                false,
                true,
                1,
                2,
                0600,
                0700,
                Duration.ofSeconds(90),
                Duration.ofSeconds(1),
                true,
                false,
                true,
                HttpSettings.of(Duration.ofSeconds(5))));
    assertThat(config.mountOptions())
        .containsExactly("default_permissions", "allow_other", "nonempty", "ro");
    assertThat(config.log()).isEqualTo(new LogSettings(LogLevel.INFO, null, true, true));
  }

  @Test
  void mount_siblingReadAhead_isOnUnlessSwitchedOff() {
    assertThat(program.run("b", "/d")).isZero();
    assertThat(program.runner().config().buckets().get(0).siblingReadAhead()).isTrue();
    assertThat(program.run("--no-sibling-readahead", "b", "/d")).isZero();
    assertThat(program.runner().config().buckets().get(0).siblingReadAhead()).isFalse();
  }

  @Test
  void mount_environment_givesOptionsBelowTheCommandLine() {
    program
        .variable("THINS3_REGION", "from-environment")
        .variable("THINS3_UID", "7")
        .variable("THINS3_TYPO", "x");
    assertThat(program.run("--uid", "8", "b", "/m")).isZero();
    BucketMount mount = program.runner().config().buckets().get(0);
    assertThat(mount.region()).isEqualTo("from-environment");
    assertThat(mount.uid()).isEqualTo(8);
    assertThat(program.out()).contains("WARN  cli the variable THINS3_TYPO is not known");
  }

  @Test
  void mount_relativeMountPoint_becomesAbsolute(@TempDir Path directory) throws Exception {
    program.run("b", "here/x");
    assertThat(program.runner().config().mountPoint())
        .isEqualTo(Path.of("here/x").toAbsolutePath());
    Path target = Files.createDirectories(directory.resolve("a/b"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), target);
    program.run("b", link + "/..");
    assertThat(program.runner().config().mountPoint())
        .isEqualTo(directory.toRealPath().resolve("a"));
  }

  @Test
  void mount_inTheBackground_logsToAFile(@TempDir Path state) {
    program.variable("THINS3_READY_FD", "3").variable("XDG_STATE_HOME", state.toString());
    assertThat(program.run("b", "/mnt/my data")).isZero();
    assertThat(program.runner().config().log().file())
        .isEqualTo(state.resolve("thins3/mnt-my_data~0a98d472.log"));
  }

  @Test
  void mount_failsInTheBackground_saysItInTheLogToo(@TempDir Path state) {
    program
        .variable("THINS3_READY_FD", "3")
        .variable("XDG_STATE_HOME", state.toString())
        .ending(
            () -> {
              throw new UserException(ExitCode.NO_SUCH_BUCKET, "no bucket b");
            });
    assertThat(program.run("b", "/m")).isEqualTo(6);
    assertThat(program.err()).isEqualTo("thins3: no bucket b\n");
    assertThat(state.resolve("thins3/m.log")).content().endsWith("ERROR cli no bucket b\n");
  }

  @Test
  void fluid_configuration_isRunWithItsPolicy(@TempDir Path directory) throws Exception {
    Path config =
        Files.writeString(
            directory.resolve("config.json"),
            "{\"mounts\":[{\"mountPoint\":\"s3://b\",\"options\":{\"secret-key\":"
                + "\"/etc/fluid/secrets/s/k\",\"access-key\":\"ak\",\"odd\":\"hunter2\"}}],"
                + "\"targetPath\":\"/m\",\"accessModes\":[\"ReadWriteMany\"]}");
    Files.createDirectory(directory.resolve("s"));
    Files.writeString(directory.resolve("s/k"), "hunter3\n");
    int code =
        program.run(
            "fluid",
            "--fluid-config",
            config.toString(),
            "--secrets-root",
            directory.toString(),
            "--file-mode",
            "0640",
            "--log-level=debug");
    assertThat(code).isZero();
    assertThat(program.runner().policy())
        .isEqualTo(new RunPolicy(Duration.ofMillis(1500), true, true));
    BucketMount mount = program.runner().config().buckets().get(0);
    assertThat(mount.fileMode()).isEqualTo(0640);
    assertThat(mount.directoryMode()).isEqualTo(0777);
    assertThat(program.out())
        .contains("WARN  cli " + config + ": mounts[0].options.odd is not a known option")
        .doesNotContain("hunter");
  }

  @Test
  void run_runnersCode_isTheProgramsCode() {
    assertThat(program.ending(() -> 42).run("b", "/m")).isEqualTo(42);
  }

  // Bad input

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mount | BUCKET and MOUNTPOINT are missing" + USAGE,
        "mount b | MOUNTPOINT is missing" + USAGE,
        "b | MOUNTPOINT is missing" + USAGE,
        "a --cheap b --uid 7 c | 3 arguments instead of BUCKET and MOUNTPOINT" + USAGE,
        "--endpont x b d | unknown option '--endpont' (did you mean --endpoint?); see thins3 mount"
            + " --help",
        "--zzz=hunter2 b d | unknown option '--zzz'; see thins3 mount --help",
        "b d --region | --region needs a value; see thins3 mount --help",
        "b d --region --cheap | --region needs a value; see thins3 mount --help",
        "b d --uid 1 --uid 2 | --uid is given more than once; see thins3 mount --help",
        "b d --uid root | --uid: 'root' is not an id; write a number from 0 to 4294967294",
        "b d --file-mode 9 | --file-mode: '9' is not a mode; write it in octal, from 0 to 0777",
        "b d --type-cache-ttl x | --type-cache-ttl: 'x' is not a duration; write for example 30s,"
            + " 1m30s, 250ms, 90 (seconds) or indefinite",
        "b d --http-timeout 0 | --http-timeout: '0' is out of range; it must be from 100ms to 1h",
        "b d --cheap=maybe | --cheap: 'maybe' is neither true nor false",
        "b d --endpoint minio:9000 | --endpoint: 'minio:9000' has no scheme; write"
            + " http://minio:9000 or https://minio:9000",
        "b d --endpoint ftp://x | --endpoint: 'ftp://x' does not begin with http:// or https://",
        "b d --log-level loud | --log-level: 'loud' is not known; write trace, debug, info, warn,"
            + " error",
        "b d --transport x | --transport: 'x' is not known; write linux, libfuse",
        "gs://b d | BUCKET: 'gs://b': the scheme 'gs' is not known; write s3://, s3a://, minio://"
            + " or oss://BUCKET[/PREFIX]",
        "b d -o fsname= | mount option fsname: '' is not a valid name; it must not be empty or have"
            + " blanks or commas",
        "b d --layout tree | unknown option '--layout'",
        "fluid x | thins3 fluid takes options only; config.json names bucket and directory",
        "fluid -f | unknown option '-f'"
      })
  void run_badArguments_isOneLineAndUsage(String line, String message) {
    assertThat(program.run(line.split(" "))).isEqualTo(2);
    assertThat(program.err()).startsWith("thins3: " + message).endsWith("\n").hasLineCount(1);
    assertThat(program.out()).isEmpty();
    assertThat(program.runner().hasRun()).isFalse();
  }

  @Test
  void mount_transportAndDrainTimeout_fromTheCommandLine() {
    assertThat(program.run("--transport", "libfuse", "--drain-timeout", "1m", "b", "/d")).isZero();
    assertThat(program.runner().config().transport()).isEqualTo(TransportKind.LIBFUSE);
    assertThat(program.runner().config().drainTimeout()).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void mount_descriptorInTheBackground_isRefused() {
    program.variable("THINS3_READY_FD", "3");
    assertThat(program.run("b", "/dev/fd/7")).isEqualTo(2);
    assertThat(program.err()).contains("/dev/fd/7", "give -f");
  }

  @Test
  void mount_descriptorAndNamesOfTheMount_areRefused() {
    assertThat(program.run("-f", "-o", "fsname=x", "b", "/dev/fd/7")).isEqualTo(2);
    assertThat(program.err()).contains("-o fsname: /dev/fd/7");
    assertThat(program.run("-f", "-o", "subtype=x", "b", "/dev/fd/7")).isEqualTo(2);
    assertThat(program.err()).contains("-o subtype: /dev/fd/7");
    assertThat(program.runner().hasRun()).isFalse();
  }

  @Test
  void mount_descriptorReadOnly_theKernelsMountIsLeftAsItIs() {
    program.run("-f", "-o", "ro", "b", "/dev/fd/7");
    assertThat(program.runner().config().buckets().get(0).readOnly()).isTrue();
    assertThat(program.runner().config().mountOptions()).doesNotContain("ro");
  }

  @Test
  void run_noArguments_saysWhatIsMissing() {
    assertThat(program.run()).isEqualTo(2);
    assertThat(program.err()).isEqualTo("thins3: BUCKET and MOUNTPOINT are missing" + USAGE + "\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"--access-key hunter2", "--secret-key=hunter2", "--session-token hunter2"})
  void run_secretOnTheCommandLine_isRefusedUnseen(String option) {
    assertThat(program.run(("b d " + option).split(" "))).isEqualTo(2);
    assertThat(program.err())
        .contains("credentials are never given on the command line", "--secret-key-file")
        .doesNotContain("hunter2");
  }

  @Test
  void run_missingOrEmptyKeyFile_namesOptionAndFile(@TempDir Path directory) throws Exception {
    Path access = Files.writeString(directory.resolve("a"), "ak");
    Path secret = directory.resolve("s");
    String[] line = {
      "b", "d", "--access-key-file", access.toString(), "--secret-key-file", secret.toString()
    };
    assertThat(program.run(line)).isEqualTo(4);
    Files.writeString(secret, "\n");
    assertThat(program.run(line)).isEqualTo(4);
    assertThat(program.err())
        .isEqualTo(
            "thins3: --secret-key-file: the file "
                + secret
                + " does not exist; does the Secret have this key?\n"
                + "thins3: --secret-key-file: the file "
                + secret
                + " is empty\n");
  }

  @Test
  void run_oneKeyFile_saysWhatIsMissing(@TempDir Path directory) throws Exception {
    Path access = Files.writeString(directory.resolve("a"), "ak");
    assertThat(program.run("b", "d", "--access-key-file", access.toString())).isEqualTo(4);
    assertThat(program.err())
        .isEqualTo(
            "thins3: b: --access-key-file is given without the secret key; give secret-key-file too"
                + " (or secret-key in Fluid's options)\n");
  }

  @Test
  void run_badVariable_isNamed() {
    assertThat(program.variable("THINS3_UID", "x").run("b", "d")).isEqualTo(2);
    assertThat(program.err()).startsWith("thins3: THINS3_UID: 'x' is not an id");
  }

  @Test
  void run_fluidWithoutConfiguration_isAConfigurationError(@TempDir Path directory) {
    Path config = directory.resolve("no.json");
    assertThat(program.run("fluid", "--fluid-config", config.toString())).isEqualTo(3);
    assertThat(program.err())
        .isEqualTo(
            "thins3: the configuration file " + config + " does not exist; see --fluid-config\n");
  }

  @Test
  void run_bug_isOneLineAndTheTraceInTheLogAtDebug() {
    program.ending(
        () -> {
          throw new IllegalStateException("oh\nno");
        });
    assertThat(program.run("b", "/m")).isEqualTo(1);
    assertThat(program.err())
        .isEqualTo(
            "thins3: internal error: java.lang.IllegalStateException; please report it with the"
                + " stack trace that --log-level debug writes to the log\n");
    assertThat(program.out()).isEmpty();
    program.run("--log-level", "debug", "b", "/m");
    assertThat(program.out()).contains("java.lang.IllegalStateException: oh\\nno\n\tat ");
  }

  // Help

  @ParameterizedTest
  @ValueSource(strings = {"--help", "-h", "help"})
  void run_help_listsTheCommands(String argument) {
    assertThat(program.run(argument)).isZero();
    assertThat(program.out()).contains("mount", "fluid", "thins3 COMMAND --help");
    assertThat(program.err()).isEmpty();
  }

  @Test
  void run_helpOfACommand_listsItsOptions() {
    assertThat(program.run("mount", "--help")).isZero();
    assertThat(program.out())
        .contains("--endpoint=URL", "-o, --fuse-options=", "-f, --foreground  ", "  --cheap  ")
        .contains("MOUNTPOINT.log")
        .doesNotContain("--access-key=", "--layout", "PARAM");
    Program fluid = new Program();
    assertThat(fluid.run("fluid", "--help")).isZero();
    assertThat(fluid.out()).contains("--fluid-config", "--secrets-root", "--layout");
    assertThat(fluid.out()).doesNotContain("--foreground");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "-V", "mount --version", "fluid -V"})
  void run_version_saysIt(String line) {
    assertThat(program.run(line.split(" "))).isZero();
    assertThat(program.out())
        .startsWith("thins3 ")
        .contains("(Java " + Runtime.version().feature());
  }
}
