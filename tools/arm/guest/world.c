/*
 * What a Charge Control C is connected to, on an emulated board: pilot wire with a vehicle, proximity pin, plug lock. Reads the
 * lines that the daemon drives from the files of the real kernel drivers, and puts what the converter would give where the kernel
 * would show it.
 *
 *   bench-world FOLDER PWM-DEVICE     FOLDER: of the converter; PWM-DEVICE: of the pilot, e.g. 208c000.pwm
 *
 * Standard input: `vehicle A|B|C`. Standard output: one line for each change of what is driven, e.g. `12.345 pilot 533`: -1 where the
 * wire is let go, otherwise the share of +12 V in 1/1000; `relay` -1 as long as the line is not brought out.
 * Scaling: Charge Control C facts, sections 1, 3, 4 and 8.
 */
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { cp_invert = 13, in1_n = 71, in2 = 72, relay_1 = 76 };
enum { lock_sense = 0, positive_peak = 2, negative_peak = 3, capacitors = 4, proximity = 5, channels = 6 };

static const int capacitors_mv = 12000, lock_travel_ms = 300;

/* An attribute that may not be there yet: lines are brought out while this runs. */
struct attribute {
  char path[160];
  int fd;
};

static long number(struct attribute *a, long absent) {
  char text[32];
  if (a->fd < 0) a->fd = open(a->path, O_RDONLY);
  if (a->fd < 0) return absent;
  ssize_t n = pread(a->fd, text, sizeof text - 1, 0);
  if (n <= 0) {
    close(a->fd);
    a->fd = -1;
    return absent;
  }
  text[n] = 0;
  return strtol(text, NULL, 10);
}

static struct attribute line(int n) {
  struct attribute a = {.fd = -1};
  snprintf(a.path, sizeof a.path, "/sys/class/gpio/gpio%d/value", n);
  return a;
}

static struct attribute of_pwm(const char *device, const char *name) {
  struct attribute a = {.fd = -1};
  DIR *folder = opendir("/sys/class/pwm");
  for (struct dirent *e; folder && (e = readdir(folder));) {
    char link[300], target[300];
    snprintf(link, sizeof link, "/sys/class/pwm/%s/device", e->d_name);
    ssize_t n = readlink(link, target, sizeof target - 1);
    if (n <= 0) continue;
    target[n] = 0;
    const char *base = strrchr(target, '/');
    if (strcmp(base ? base + 1 : target, device) == 0)
      snprintf(a.path, sizeof a.path, "/sys/class/pwm/%.40s/pwm0/%.20s", e->d_name, name);
  }
  if (folder) closedir(folder);
  if (a.path[0] == 0) {
    fprintf(stderr, "bench-world: no PWM %s\n", device);
    exit(1);
  }
  return a;
}

/* Rewritten only when it changes, with as many bytes as before: who reads meanwhile never finds half of a number. */
static void convert(const char *folder, int channel, int raw) {
  static int fds[channels], last[channels];
  static char opened[channels];
  if (raw < 0) raw = 0;
  if (raw > 4095) raw = 4095;
  if (!opened[channel]) {
    char path[200];
    snprintf(path, sizeof path, "%s/in_voltage%d_raw", folder, channel);
    fds[channel] = open(path, O_RDWR | O_CREAT, 0644);
    opened[channel] = 1;
    last[channel] = -1;
  }
  if (raw == last[channel]) return;
  char text[8];
  int n = snprintf(text, sizeof text, "%04d\n", raw);
  if (pwrite(fds[channel], text, n, 0) != n) exit(1);
  last[channel] = raw;
}

static int adc(long mv) { return (int)(mv * 4095 / 3300); }
static int pilot_raw(long mv) { return adc((mv + 16013) * 476 / 4561 + 1); }

static long now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000L + t.tv_nsec / 1000000L;
}

/* At the kernel's time, as the journal's lines have it. */
static void tell(long now, const char *what, long value) {
  printf("%ld.%03ld %s %ld\n", now / 1000, now % 1000, what, value);
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  const char *folder = argv[1];
  setvbuf(stdout, NULL, _IOLBF, 0);

  struct attribute enable = of_pwm(argv[2], "enable"), duty = of_pwm(argv[2], "duty_cycle"),
                   period = of_pwm(argv[2], "period");
  struct attribute invert = line(cp_invert), relay = line(relay_1), a = line(in1_n), b = line(in2);
  char vehicle = 'A', told_vehicle = 0;
  /* Sooner than a measuring cycle ends, which takes 3.5 ms; and nothing moves before the lines are brought out. The emulator takes
     its time to go from one process to another, so not more often than it takes. */
  const int waits_ms = 3, idles_ms = 20;
  long told_relay = -2, told_permille = -2;
  int locked = 0, told_locked = -1;
  long driven_since = 0;
  int driven_to = -1;
  char word[64];
  size_t have = 0;

  for (;;) {
    struct pollfd in = {.fd = 0, .events = POLLIN};
    if (poll(&in, 1, told_relay < 0 ? idles_ms : waits_ms) > 0) {
      char c;
      if (read(0, &c, 1) != 1) return 1;
      if (c != '\n' && c != '\r' && have < sizeof word - 1) word[have++] = c;
      else if (have > 0) {
        word[have] = 0;
        if (sscanf(word, "vehicle %c", &vehicle) != 1) printf("? %s\n", word);
        have = 0;
      }
    }

    /* The wire is driven only where the output stage is let through; a PWM that is off holds it low, that is at -12 V. */
    int driven = number(&invert, 0) == 1;
    long on = number(&enable, 0), length = number(&period, 0), high = number(&duty, 0);
    long permille = !driven ? -1 : on != 1 || length <= 0 ? 0 : (high * 1000 + length / 2) / length;
    long high_mv = vehicle == 'C' ? 6000 : vehicle == 'B' ? 9000 : 12000;
    convert(folder, positive_peak, pilot_raw(permille > 0 ? high_mv : 0));
    convert(folder, negative_peak, pilot_raw(permille >= 0 && permille < 1000 ? -12000 : 0));
    /* 32 A: 1.0 V; open: above 2.5 V. */
    convert(folder, proximity, vehicle == 'A' ? adc(3000) : adc(1000));

    /* IN1 is inverted. Both alike: it rests or is braked. */
    int active_1 = number(&a, 1) == 0, active_2 = number(&b, 0) == 1;
    int to = active_1 == active_2 ? -1 : active_2;
    long now = now_ms();
    if (to != driven_to) {
      driven_to = to;
      driven_since = now;
    }
    if (to >= 0 && now - driven_since >= lock_travel_ms) locked = to;
    convert(folder, lock_sense, adc(locked ? 300 : 3100));
    convert(folder, capacitors, adc(capacitors_mv * 22 / 90));

    long closed = number(&relay, -1);
    if (closed != told_relay) tell(now, "relay", told_relay = closed);
    if (permille != told_permille) tell(now, "pilot", told_permille = permille);
    if (locked != told_locked) tell(now, "lock", told_locked = locked);
    if (vehicle != told_vehicle) printf("%ld.%03ld vehicle %c\n", now / 1000, now % 1000, told_vehicle = vehicle);
  }
}
