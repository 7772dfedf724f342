/*
 * A kernel with one I2C bus, /dev/i2c-7, and one TMP105 on it, at address 0x49: for a process that has this library
 * preloaded. It knows what the kernel's i2c-dev answers for SMBus I2C block transfers, and nothing else.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/i2c-dev.h>
#include <linux/i2c.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>

static unsigned char registers[4][2] = {{0x19, 0x40}, {0x00, 0x00}, {0x4b, 0x00}, {0x50, 0x00}};
static int bus = -1;
static unsigned long addressed;

static int open_bus(const char *path) {
  if (strcmp(path, "/dev/i2c-7") != 0) return -1;
  int (*real)(const char *, int, ...) = dlsym(RTLD_NEXT, "open");
  return bus = real("/dev/null", O_RDWR);
}

#define OPEN(name)                                                        \
  int name(const char *path, int flags, ...) {                            \
    int opened = open_bus(path);                                          \
    if (opened >= 0) return opened;                                       \
    va_list more;                                                         \
    va_start(more, flags);                                                \
    mode_t mode = va_arg(more, mode_t);                                   \
    va_end(more);                                                         \
    int (*real)(const char *, int, ...) = dlsym(RTLD_NEXT, #name);        \
    return real(path, flags, mode);                                       \
  }
OPEN(open)
OPEN(open64)

static int fails(int code) {
  errno = code;
  return -1;
}

static int transfer(struct i2c_smbus_ioctl_data *asked) {
  if (addressed != 0x49) return fails(ENXIO);
  /* Older programs write by the older number, and the kernel takes it for the newer one. */
  int is_block = asked->size == I2C_SMBUS_I2C_BLOCK_DATA || asked->size == I2C_SMBUS_I2C_BLOCK_BROKEN;
  if (!is_block || asked->command > 3) return fails(EOPNOTSUPP);
  unsigned char *stored = registers[asked->command];
  unsigned char *bytes = &asked->data->block[1];
  if (asked->read_write == I2C_SMBUS_READ) memcpy(bytes, stored, 2);
  else if (asked->command != 0) memcpy(stored, bytes, asked->data->block[0]);
  return 0;
}

int ioctl(int file, unsigned long request, ...) {
  va_list more;
  va_start(more, request);
  void *argument = va_arg(more, void *);
  va_end(more);
  if (file != bus) {
    int (*real)(int, unsigned long, ...) = dlsym(RTLD_NEXT, "ioctl");
    return real(file, request, argument);
  }
  if (request == I2C_SMBUS) return transfer(argument);
  if (request != I2C_SLAVE) return fails(ENOTTY);
  addressed = (unsigned long)argument;
  return 0;
}
