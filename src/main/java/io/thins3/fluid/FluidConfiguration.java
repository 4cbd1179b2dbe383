package io.thins3.fluid;

import io.thins3.config.BucketLocation;
import io.thins3.config.BucketMount;
import io.thins3.config.BucketMountResolver;
import io.thins3.config.ExitCode;
import io.thins3.config.IllegalValueException;
import io.thins3.config.KernelOptions;
import io.thins3.config.Layout;
import io.thins3.config.MountDefaults;
import io.thins3.config.OptionLayer;
import io.thins3.config.OptionSource;
import io.thins3.config.OptionValue;
import io.thins3.config.OptionValues;
import io.thins3.config.Options;
import io.thins3.config.Owner;
import io.thins3.config.ServiceConfig;
import io.thins3.config.ServiceConfigResolver;
import io.thins3.config.UserException;
import io.thins3.config.Warnings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes the process's configuration of what Fluid hands to the container. Options count in this
 * order: those of the mount, the ThinRuntime's (runtimeOptions), those of MOUNT_OPTIONS, the
 * container's arguments and environment, the defaults. Not thread-safe.
 */
public final class FluidConfiguration {
  /** Application pods run under other users than the mount. */
  private static final List<String> ALWAYS = List.of("allow_other", "default_permissions");

  private final FluidFiles files;
  private final Map<String, String> environment;
  private final List<OptionLayer> container;
  private final Owner owner;
  private final Warnings warnings;

  /**
   * Creates one.
   *
   * @param container the container's own arguments and environment, the higher first
   * @param owner whom files belong to when no option says so
   */
  public FluidConfiguration(
      FluidFiles files,
      Map<String, String> environment,
      List<OptionLayer> container,
      Owner owner,
      Warnings warnings) {
    this.files = files;
    this.environment = environment;
    this.container = List.copyOf(container);
    this.owner = owner;
    this.warnings = warnings;
  }

  /** Reads the configuration and the secrets it names. */
  public ServiceConfig load() throws UserException {
    return resolve(files.read());
  }

  /** Understands a configuration. */
  ServiceConfig resolve(FluidDocument document) throws UserException {
    Path mountPoint = TargetPath.of(document, environment);
    SecretPaths secrets = new SecretPaths(files.secretsRoot());
    List<OptionLayer> common = commonLayers(document, secrets);
    List<List<OptionLayer>> own = new ArrayList<>();
    for (FluidDocument.Mount mount : document.mounts()) {
      own.add(ownLayers(document, mount, secrets));
    }
    List<OptionLayer> all = new ArrayList<>();
    own.forEach(all::addAll);
    all.addAll(common);
    OptionValues process = new OptionValues(all, warnings);
    ProcessOptions.warnOfDifferences(own, warnings);

    KernelOptions kernel = KernelOptions.collect(ALWAYS, process);
    List<BucketMount> buckets =
        buckets(document, own, common, kernel.readOnly(), process.find(Options.LAYOUT));
    return new ServiceConfigResolver(process, null).resolve(buckets, mountPoint, kernel);
  }

  private List<BucketMount> buckets(
      FluidDocument document,
      List<List<OptionLayer>> own,
      List<OptionLayer> common,
      boolean readOnly,
      @Nullable Layout layout)
      throws UserException {
    List<OptionValues> values = new ArrayList<>();
    List<BucketLocation> locations = new ArrayList<>();
    for (int i = 0; i < own.size(); i++) {
      List<OptionLayer> layers = new ArrayList<>(own.get(i));
      layers.addAll(common);
      values.add(new OptionValues(layers, warnings));
      locations.add(location(document, document.mounts().get(i), values.get(i)));
    }
    List<String> paths =
        MountPaths.of(document, locations.stream().map(BucketLocation::bucket).toList(), layout);
    boolean readOnlyModes = AccessModes.isReadOnly(document.accessModes());
    List<BucketMount> buckets = new ArrayList<>();
    for (int i = 0; i < own.size(); i++) {
      FluidDocument.Mount mount = document.mounts().get(i);
      MountDefaults defaults =
          new MountDefaults(readOnlyModes || readOnly || mount.readOnly(), true, owner);
      buckets.add(
          new BucketMountResolver(defaults, warnings)
              .resolve(
                  mount.name(),
                  paths.get(i),
                  document.file() + ": " + mount.place(),
                  locations.get(i),
                  values.get(i)));
    }
    return buckets;
  }

  private BucketLocation location(
      FluidDocument document, FluidDocument.Mount mount, OptionValues values) throws UserException {
    String label = document.file() + ": " + mount.place() + ".mountPoint";
    String bucket = values.find(Options.BUCKET);
    BucketLocation location;
    try {
      location = BucketLocation.parse(mount.mountPoint(), bucket);
    } catch (IllegalValueException e) {
      throw new UserException(ExitCode.CONFIG, label + ": " + e.getMessage(), e);
    }
    if (bucket != null && !bucket.equals(location.bucket())) {
      warnings.add(label + " names the bucket " + location.bucket() + "; option bucket is ignored");
    }
    return location;
  }

  private List<OptionLayer> ownLayers(
      FluidDocument document, FluidDocument.Mount mount, SecretPaths secrets) throws UserException {
    String place = document.file() + ": " + mount.place();
    return List.of(
        layer(
            place + ".encryptOptions",
            secrets.ofPaths(mount.encryptOptions(), place + ".encryptOptions")),
        layer(place + ".options", secrets.ofOptions(mount.options(), place + ".options")));
  }

  private List<OptionLayer> commonLayers(FluidDocument document, SecretPaths secrets)
      throws UserException {
    String runtime = document.file() + ": runtimeOptions";
    String client = document.file() + ": client.options";
    List<OptionLayer> layers = new ArrayList<>();
    layers.add(layer(runtime, secrets.ofOptions(document.runtimeOptions(), runtime)));
    layers.add(layer(client, secrets.ofOptions(document.clientOptions(), client)));
    layers.add(variableLayer(document, secrets));
    layers.addAll(container);
    return layers;
  }

  private OptionLayer variableLayer(FluidDocument document, SecretPaths secrets)
      throws UserException {
    String name = MountOptionsVariable.NAME;
    Map<String, String> options =
        new LinkedHashMap<>(MountOptionsVariable.parse(environment.getOrDefault(name, "")));
    if (document.accessModes() != null) {
      // Fluid derives it from the access modes, but only once, and drops it beside other options.
      options.remove("ro");
    }
    OptionLayer layer =
        new OptionLayer(
            OptionSource.OPTION_MAP,
            ExitCode.CONFIG,
            key -> name + ": " + key,
            secrets.ofOptions(options, name));
    new UnknownOptions(warnings).inVariable(layer, options.keySet());
    return layer;
  }

  private OptionLayer layer(String place, Map<String, OptionValue> values) {
    OptionLayer layer =
        new OptionLayer(OptionSource.OPTION_MAP, ExitCode.CONFIG, key -> place + "." + key, values);
    new UnknownOptions(warnings).inMap(layer);
    return layer;
  }
}
