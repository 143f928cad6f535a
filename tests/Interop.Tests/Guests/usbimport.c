/* usbimport STREAM BUSID PORT: imports a USB device by USB/IP over a byte stream (a virtio-serial port), whenever the host
 * has the stream open: the kernel's vhci_hcd gets one end of a socket pair as its connection, and octets are carried
 * between the other end and the stream. The host closes the stream to pull the device, and opens it again no earlier than
 * this program has said once more that it is idle: what was on its way would be taken for the next device's. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BUFFER = 1 << 16, STEP_US = 10000, BUS_ID = 32, OP_IMPORT = 0x8003, OP_IMPORTED = 0x0003, VERSION = 0x0111 };

static const char attach_file[] = "/sys/devices/platform/vhci_hcd.0/attach";

/* The parts of OP_REP_IMPORT; numbers are in network order. */
struct __attribute__((packed)) reply {
	uint16_t version, code; uint32_t status;
	char path[256], bus_id[BUS_ID];
	uint32_t bus, device, speed;
	uint16_t vendor, product, release;
	uint8_t class, subclass, protocol, configuration, configurations, interfaces;
};

static int is_open(int stream)
{
	struct pollfd q = { stream, POLLOUT, 0 };
	return poll(&q, 1, 0) >= 0 && !(q.revents & POLLHUP);
}

/* A port whose host has gone takes nothing and says so by POLLHUP alone (virtio_console, port_fops_poll). */
static int write_all(int fd, const void *data, size_t n)
{
	const uint8_t *p = data;
	while (n) {
		ssize_t r = write(fd, p, n);
		if (r < 0 && errno == EINTR) continue;
		if (r < 0 && errno == EAGAIN) {
			struct pollfd q = { fd, POLLOUT, 0 };
			poll(&q, 1, -1);
			if (q.revents & POLLHUP) return -1;
			continue;
		}
		if (r <= 0) return -1;
		p += r; n -= r;
	}
	return 0;
}

static int read_all(int fd, void *data, size_t n)
{
	uint8_t *p = data;
	while (n) {
		ssize_t r = read(fd, p, n);
		if (r < 0 && errno == EINTR) continue;
		if (r < 0 && errno == EAGAIN) { struct pollfd q = { fd, POLLIN, 0 }; poll(&q, 1, -1); continue; }
		if (r <= 0) return -1;
		p += r; n -= r;
	}
	return 0;
}

/* Asks for the device; gives 0 when the host exports it. */
static int request(int stream, const char *bus_id, struct reply *reply)
{
	struct __attribute__((packed)) { uint16_t version, code; uint32_t status; char bus_id[BUS_ID]; } ask = {
		.version = htons(VERSION), .code = htons(OP_IMPORT) };
	strncpy(ask.bus_id, bus_id, BUS_ID - 1);
	if (write_all(stream, &ask, sizeof ask) || read_all(stream, reply, 8)) return -1;
	if (ntohs(reply->code) != OP_IMPORTED || reply->status) { fprintf(stderr, "the host exports no %s\n", bus_id); return -1; }
	return read_all(stream, (char *)reply + 8, sizeof *reply - 8);
}

/* Gives the kernel its end; the port of the virtual hub may still be in use by the device that was pulled. */
static int attach(int stream, const char *hub_port, int connection, const struct reply *reply)
{
	char line[64];
	int n = snprintf(line, sizeof line, "%s %d %u %u", hub_port, connection,
		ntohl(reply->bus) << 16 | ntohl(reply->device), ntohl(reply->speed));
	while (is_open(stream)) {
		int file = open(attach_file, O_WRONLY | O_CLOEXEC);
		ssize_t r = file < 0 ? -1 : write(file, line, n);
		if (file >= 0) close(file);
		if (r == n) { fprintf(stderr, "attached: %s\n", line); return 0; }
		usleep(STEP_US);
	}
	return -1;
}

/* Says that the device was pulled, and the guest's uptime and idle time then: its kernel sees it right after. */
static void say_pulled(void)
{
	char times[64] = "";
	int file = open("/proc/uptime", O_RDONLY | O_CLOEXEC);
	if (file >= 0) {
		if (read(file, times, sizeof times - 1) < 0) times[0] = 0;
		close(file);
	}
	fprintf(stderr, "pulled %s", *times ? times : "\n");
}

static void carry(int stream, int kernel)
{
	static uint8_t data[BUFFER];
	for (;;) {
		struct pollfd q[2] = { { stream, POLLIN, 0 }, { kernel, POLLIN, 0 } };
		if (poll(q, 2, -1) < 0) { if (errno == EINTR) continue; return; }
		if (q[0].revents & POLLHUP) break;
		if (q[0].revents & POLLIN) {
			ssize_t r = read(stream, data, sizeof data);
			if (r == 0 || (r < 0 && errno != EAGAIN && errno != EINTR)) break;
			if (r > 0 && write_all(kernel, data, r)) { fprintf(stderr, "detached by the kernel\n"); return; }
		}
		if (q[1].revents & (POLLIN | POLLHUP)) {
			ssize_t r = read(kernel, data, sizeof data);
			if (r <= 0) { fprintf(stderr, "detached by the kernel\n"); return; }
			if (write_all(stream, data, r)) break;
		}
	}
	say_pulled();
}

int main(int argc, char **argv)
{
	static uint8_t rest[BUFFER];
	static struct reply reply;
	int stream, pair[2];
	if (argc < 4 || (stream = open(argv[1], O_RDWR | O_CLOEXEC | O_NONBLOCK)) < 0) { perror("usbimport: the stream"); return 1; }
	for (;;) {
		fprintf(stderr, "idle\n");
		while (!is_open(stream)) usleep(STEP_US);
		if (!request(stream, argv[2], &reply) && !socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair)) {
			int attached = !attach(stream, argv[3], pair[1], &reply);
			close(pair[1]);
			if (attached) carry(stream, pair[0]);
			close(pair[0]);
		}
		/* What was on its way is of no use to the next one. */
		while (is_open(stream)) usleep(STEP_US);
		while (read(stream, rest, sizeof rest) > 0) {}
	}
}
