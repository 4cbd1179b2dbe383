package io.thins3.bench.jmh;

import io.thins3.fuse.Entry;
import io.thins3.fuse.FileSystem;
import io.thins3.fuse.FileSystem.AttributesAnswer;
import io.thins3.fuse.LookupResult;
import io.thins3.fuse.OpenResult;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A file system whose attributes and data the kernel does not keep, so that each stat(2) and
 * read(2) asks it. A reflective call more, below a microsecond, beside the tens of a request.
 */
final class Uncached {
  private Uncached() {}

  static FileSystem of(FileSystem fileSystem) {
    return (FileSystem)
        Proxy.newProxyInstance(
            Uncached.class.getClassLoader(),
            new Class<?>[] {FileSystem.class},
            (self, method, arguments) -> uncached(call(fileSystem, method, arguments)));
  }

  private static @Nullable Object call(
      FileSystem fileSystem, Method method, @Nullable Object @Nullable [] arguments)
      throws Throwable {
    try {
      return method.invoke(fileSystem, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }

  private static @Nullable Object uncached(@Nullable Object answer) {
    if (answer instanceof AttributesAnswer a) {
      return new AttributesAnswer(a.attributes(), Duration.ZERO);
    }
    if (answer instanceof LookupResult found && found.entry() != null) {
      Entry entry = found.entry();
      return LookupResult.found(
          new Entry(entry.node(), entry.attributes(), entry.entryTtl(), Duration.ZERO));
    }
    if (answer instanceof OpenResult open) {
      return new OpenResult(open.handle(), false, true);
    }
    return answer;
  }
}
