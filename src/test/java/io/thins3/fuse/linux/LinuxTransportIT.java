package io.thins3.fuse.linux;

import io.thins3.fuse.ChangeContract;
import io.thins3.fuse.ContentContract;
import io.thins3.fuse.DirectoryContract;
import io.thins3.fuse.ErrorContract;
import io.thins3.fuse.LifeContract;
import io.thins3.fuse.MountPointContract;
import io.thins3.fuse.Transport;
import org.junit.jupiter.api.Nested;

/** The contracts of all transports, held by this one. */
class LinuxTransportIT {
  @Nested
  class Content extends ContentContract {
    @Override
    protected Transport transport() {
      return new LinuxTransport();
    }
  }

  @Nested
  class Directories extends DirectoryContract {
    @Override
    protected Transport transport() {
      return new LinuxTransport();
    }
  }

  @Nested
  class Errors extends ErrorContract {
    @Override
    protected Transport transport() {
      return new LinuxTransport();
    }
  }

  @Nested
  class Changes extends ChangeContract {
    @Override
    protected Transport transport() {
      return new LinuxTransport();
    }
  }

  @Nested
  class Life extends LifeContract {
    @Override
    protected Transport transport() {
      return new LinuxTransport();
    }
  }

  @Nested
  class MountPoints extends MountPointContract {
    @Override
    protected Transport transport() {
      return new LinuxTransport();
    }
  }
}
