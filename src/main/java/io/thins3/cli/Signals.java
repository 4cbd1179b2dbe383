package io.thins3.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The signals that the process answers. SIGTERM, SIGINT and SIGHUP (the terminal was closed) are a
 * request to stop: the JVM's own handling would end the process with 143, 130 or 129 and leave a
 * dead mount; a container that was told to stop and did so must end with 0. A SIGHUP that is
 * ignored from the start, by nohup(1), stays so: the JVM sees to that. SIGUSR1 asks for a report in
 * the log.
 *
 * <p>sun.misc.Signal is the only way in Java (module jdk.unsupported exports it "until there is a
 * replacement"). It is called by reflection because javac's warning of it can neither be suppressed
 * nor be let through by a build in which warnings are errors.
 */
final class Signals {
  private static final Logger log = LoggerFactory.getLogger(Signals.class);
  private static final List<String> STOP = List.of("TERM", "INT", "HUP");
  private static final String REPORT = "USR1";

  private Signals() {}

  /**
   * Calls the action, on a thread of its own each time, when a signal asks the process to stop. A
   * signal that cannot be handled (a JVM started with {@code -Xrs}) keeps the JVM's handling, with
   * a warning.
   */
  static void onStop(Runnable action) {
    for (String name : STOP) {
      on(
          name,
          () -> {
            log.info("stopping: SIG{}", name);
            action.run();
          },
          "will not unmount");
    }
  }

  /** Calls the action, on a thread of its own each time, when a signal asks for a report. */
  static void onReport(Runnable action) {
    on(REPORT, action, "will end the process");
  }

  private static void on(String name, Runnable action, String otherwise) {
    try {
      handle(name, action);
    } catch (ReflectiveOperationException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      log.warn("SIG{} {}: {}", name, otherwise, cause.toString());
    }
  }

  private static void handle(String name, Runnable action) throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    Class<?> handler = Class.forName("sun.misc.SignalHandler");
    InvocationHandler onSignal =
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "handle" -> {
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
