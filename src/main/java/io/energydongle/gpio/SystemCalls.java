// SPDX-License-Identifier: Apache-2.0
package io.energydongle.gpio;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * The three calls of the C library that GPIO lines need, through {@code java.lang.foreign}. That
 * package is final since Java 22, while this program is built for 17: so its names are looked up
 * when they are needed. Only this class does that.
 *
 * <p>Source: JEP 454.
 */
final class SystemCalls {

  static final int JAVA_AT_LEAST = 22;

  private static final String FOREIGN = "java.lang.foreign.";
  private static final int OPEN_READ_WRITE_CLOSE_ON_EXEC = 0x80002;

  private final MethodHandle open;
  private final MethodHandle ioctl;
  private final MethodHandle close;

  private SystemCalls(MethodHandle open, MethodHandle ioctl, MethodHandle close) {
    this.open = open;
    this.ioctl = ioctl;
    this.close = close;
  }

  /** Finds the calls, or says what to do instead. */
  static SystemCalls load() throws GpioException {
    return load(Runtime.version().feature(), System.getProperty("sun.arch.data.model", ""));
  }

  static SystemCalls load(int java, String bits) throws GpioException {
    if (java < JAVA_AT_LEAST || !bits.equals("64")) {
      throw new GpioException(
          "GPIO lines can only be used directly with Java "
              + JAVA_AT_LEAST
              + " or newer on a 64-bit system; this is Java "
              + java
              + " with "
              + bits
              + " bits. Use the overlays gpio-led and gpio-key and take the gpio keys out of the"
              + " board file, or install a newer Java (openjdk-25-jre-headless on Debian 13).");
    }
    try {
      return new Finder().find();
    } catch (Throwable e) {
      throw new GpioException(
          "GPIO lines cannot be used directly on this Java: "
              + e
              + ". Use the overlays gpio-led and gpio-key.");
    }
  }

  /** Looks names up; every one of them is in the documentation of Java 22. */
  private static final class Finder {
    // Restricted methods ask who calls them, so a public lookup is refused.
    private final MethodHandles.Lookup lookup = MethodHandles.lookup();
    private final Class<?> linkerType = foreign("Linker");
    private final Class<?> optionType = foreign("Linker$Option");
    private final Class<?> symbolsType = foreign("SymbolLookup");
    private final Class<?> segmentType = foreign("MemorySegment");
    private final Class<?> layoutType = foreign("MemoryLayout");
    private final Class<?> layoutsType = foreign("ValueLayout");
    private final Class<?> descriptorType = foreign("FunctionDescriptor");
    private final Object linker =
        lookup
            .findStatic(linkerType, "nativeLinker", MethodType.methodType(linkerType))
            .invokeWithArguments();

    Finder() throws Throwable {}

    private static Class<?> foreign(String name) throws ClassNotFoundException {
      return Class.forName(FOREIGN + name);
    }

    SystemCalls find() throws Throwable {
      Object number = layout("JAVA_INT", "ValueLayout$OfInt");
      Object longNumber = layout("JAVA_LONG", "ValueLayout$OfLong");
      Object address = layout("ADDRESS", "AddressLayout");
      return new SystemCalls(
          buffer(call("open", 2, number, address, number), 0),
          buffer(call("ioctl", 2, number, number, longNumber, address), 2),
          call("close", -1, number, number));
    }

    private Object layout(String name, String type) throws Throwable {
      return lookup.findStaticGetter(layoutsType, name, foreign(type)).invokeWithArguments();
    }

    /**
     * A call.
     *
     * @param fixed number of arguments before the dots of its declaration; -1 without dots.
     */
    private MethodHandle call(String name, int fixed, Object result, Object... arguments)
        throws Throwable {
      Object symbols =
          lookup
              .findVirtual(linkerType, "defaultLookup", MethodType.methodType(symbolsType))
              .invokeWithArguments(linker);
      Object found =
          lookup
              .findVirtual(symbolsType, "find", MethodType.methodType(Optional.class, String.class))
              .invokeWithArguments(symbols, name);
      Object symbol =
          ((Optional<?>) found).orElseThrow(() -> new NoSuchElementException("no " + name));
      Object layouts = array(layoutType, arguments);
      Object descriptor =
          lookup
              .findStatic(
                  descriptorType,
                  "of",
                  MethodType.methodType(descriptorType, layoutType, layouts.getClass()))
              .asFixedArity()
              .invokeWithArguments(result, layouts);
      Object options =
          fixed < 0
              ? array(optionType)
              : array(
                  optionType,
                  lookup
                      .findStatic(
                          optionType,
                          "firstVariadicArg",
                          MethodType.methodType(optionType, int.class))
                      .invokeWithArguments(fixed));
      Object handle =
          lookup
              .findVirtual(
                  linkerType,
                  "downcallHandle",
                  MethodType.methodType(
                      MethodHandle.class, segmentType, descriptorType, options.getClass()))
              .asFixedArity()
              .invokeWithArguments(linker, symbol, descriptor, options);
      return (MethodHandle) handle;
    }

    private static Object array(Class<?> type, Object... elements) {
      Object array = Array.newInstance(type, elements.length);
      for (int i = 0; i < elements.length; i++) {
        Array.set(array, i, elements[i]);
      }
      return array;
    }

    /** The same call, with a direct buffer in the place of a pointer. */
    private MethodHandle buffer(MethodHandle call, int argument) throws Throwable {
      MethodHandle ofBuffer =
          lookup
              .findStatic(segmentType, "ofBuffer", MethodType.methodType(segmentType, Buffer.class))
              .asType(MethodType.methodType(segmentType, ByteBuffer.class));
      return MethodHandles.filterArguments(call, argument, ofBuffer);
    }
  }

  /** Opens a device; negative when that is refused. */
  int open(String path) {
    byte[] name = path.getBytes(StandardCharsets.UTF_8);
    ByteBuffer text = ByteBuffer.allocateDirect(name.length + 1);
    text.put(name).put((byte) 0).flip();
    try {
      return (int) open.invokeExact(text, OPEN_READ_WRITE_CLOSE_ON_EXEC);
    } catch (Throwable e) {
      throw new IllegalStateException("open", e);
    }
  }

  /**
   * Asks a device for something.
   *
   * @param argument a direct buffer, from its position on.
   * @return negative when that is refused.
   */
  int ioctl(int descriptor, long request, ByteBuffer argument) {
    try {
      return (int) ioctl.invokeExact(descriptor, request, argument);
    } catch (Throwable e) {
      throw new IllegalStateException("ioctl", e);
    }
  }

  void close(int descriptor) {
    try {
      int ignored = (int) close.invokeExact(descriptor);
    } catch (Throwable e) {
      throw new IllegalStateException("close", e);
    }
  }
}
