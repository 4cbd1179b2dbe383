package io.thins3.fuse.libfuse;

import io.thins3.fuse.ChangeContract;
import io.thins3.fuse.ContentContract;
import io.thins3.fuse.DirectoryContract;
import io.thins3.fuse.ErrorContract;
import io.thins3.fuse.LifeContract;
import io.thins3.fuse.MountPointContract;
import io.thins3.fuse.Transport;
import org.junit.jupiter.api.Nested;

/** The contracts of all transports, held by this one. */
class LibfuseTransportIT {
  @Nested
  class Content extends ContentContract {
    @Override
    protected Transport transport() {
      return new LibfuseTransport();
    }

    @Override
    protected String[] uncachedOptions() {
      return new String[] {"attr_timeout=0,entry_timeout=0"};
    }
  }

  @Nested
  class Directories extends DirectoryContract {
    @Override
    protected Transport transport() {
      return new LibfuseTransport();
    }
  }

  @Nested
  class Errors extends ErrorContract {
    @Override
    protected Transport transport() {
      return new LibfuseTransport();
    }

    @Override
    protected String[] uncachedOptions() {
      return new String[] {"attr_timeout=0,entry_timeout=0"};
    }
  }

  @Nested
  class Changes extends ChangeContract {
    @Override
    protected Transport transport() {
      return new LibfuseTransport();
    }
  }

  @Nested
  class Life extends LifeContract {
    @Override
    protected Transport transport() {
      return new LibfuseTransport();
    }
  }

  @Nested
  class MountPoints extends MountPointContract {
    @Override
    protected Transport transport() {
      return new LibfuseTransport();
    }
  }
}
