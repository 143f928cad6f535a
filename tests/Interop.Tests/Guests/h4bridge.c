/* h4bridge STREAM: joins a byte stream that carries HCI as H4 (a virtio-serial port) to the kernel's /dev/vhci.
 * To the kernel: put together, one write for each packet, as vhci wants it. From the kernel: one write for each packet,
 * so that a controller that reads whole packets is served, too. Ends when the stream does. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { H4_COMMAND = 1, H4_ACL, H4_SCO, H4_EVENT, H4_ISO, VHCI_VENDOR = 0xff, BUFFER = 1 << 17 };

/* Octets of the packet at p; 0 when more are needed to tell, -1 when it is not H4. */
static int packet_length(const uint8_t *p, size_t n)
{
	if (n < 1) return 0;
	switch (p[0]) {
	case H4_COMMAND: case H4_SCO: return n < 4 ? 0 : 4 + p[3];
	case H4_ACL: return n < 5 ? 0 : 5 + (p[3] | p[4] << 8);
	case H4_EVENT: return n < 3 ? 0 : 3 + p[2];
	case H4_ISO: return n < 5 ? 0 : 5 + ((p[3] | p[4] << 8) & 0x3fff);
	}
	return -1;
}

static int write_all(int fd, const uint8_t *p, size_t n)
{
	while (n) {
		ssize_t r = write(fd, p, n);
		if (r < 0 && errno == EINTR) continue;
		if (r < 0 && errno == EAGAIN) { struct pollfd q = { fd, POLLOUT, 0 }; poll(&q, 1, -1); continue; }
		if (r < 0) return -1;
		p += r; n -= r;
	}
	return 0;
}

/* Packets that are whole go to the kernel; gives 0 when the stream is not H4. */
static int to_kernel(int vhci, uint8_t *in, size_t *have)
{
	size_t at = 0;
	int length;
	while ((length = packet_length(in + at, *have - at)) > 0 && (size_t)length <= *have - at) {
		if (write(vhci, in + at, length) < 0) fprintf(stderr, "vhci: %s\n", strerror(errno));
		at += length;
	}
	if (length < 0) { fprintf(stderr, "not H4: 0x%02x\n", in[at]); return 0; }
	memmove(in, in + at, *have - at);
	*have -= at;
	return 1;
}

int main(int argc, char **argv)
{
	static uint8_t in[BUFFER], packet[BUFFER];
	static const uint8_t create_primary[] = { VHCI_VENDOR, 0 };
	size_t have = 0;
	int stream = argc < 2 ? -1 : open(argv[1], O_RDWR | O_CLOEXEC);
	if (stream < 0) { perror("h4bridge: the stream"); return 1; }
	for (int i = 0; i < 500; i++) {	/* a port reads as hung up until the host's side is known */
		struct pollfd q = { stream, POLLOUT, 0 };
		if (poll(&q, 1, 0) >= 0 && !(q.revents & POLLHUP)) break;
		usleep(20000);
	}
	int vhci = open("/dev/vhci", O_RDWR | O_CLOEXEC);
	if (vhci < 0 || write(vhci, create_primary, sizeof create_primary) != sizeof create_primary) {
		perror("h4bridge: /dev/vhci"); return 1;
	}
	for (;;) {
		struct pollfd q[2] = { { stream, POLLIN, 0 }, { vhci, POLLIN, 0 } };
		if (poll(q, 2, -1) < 0) { if (errno == EINTR) continue; perror("poll"); return 1; }
		if (q[0].revents & POLLIN) {
			ssize_t r = read(stream, in + have, sizeof in - have);
			if (r == 0 || (r < 0 && errno != EAGAIN && errno != EINTR)) { fprintf(stderr, "stream closed\n"); return 0; }
			if (r > 0) have += r;
			if (!to_kernel(vhci, in, &have)) return 1;
		} else if (q[0].revents & (POLLHUP | POLLERR)) {
			fprintf(stderr, "stream hung up\n");
			return 0;
		}
		if (q[1].revents & POLLIN) {
			ssize_t r = read(vhci, packet, sizeof packet);
			if (r < 0 && errno != EINTR && errno != EAGAIN) { perror("vhci"); return 1; }
			if (r > 0 && packet[0] != VHCI_VENDOR && write_all(stream, packet, r)) { perror("stream"); return 1; }
		}
	}
}
