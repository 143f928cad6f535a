/* commandport PORT: runs shell scripts that arrive on a byte stream (a virtio-serial port), several at a time.
 *
 *   to the guest    run ID SECONDS LENGTH\n  and LENGTH octets of script
 *   from the guest  out ID LENGTH\n  and LENGTH octets of what it writes (both outputs)
 *                   end ID STATUS\n  its exit status; 124 when it was killed after SECONDS, 128 + n by signal n
 *
 * A script runs in a session of its own. Whatever it leaves running in that session is killed when its time is over;
 * what is to stay (bg, see guest-lib.sh) has a session of its own and other outputs. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { JOBS = 32, SCRIPT = 1 << 16, CHUNK = 1 << 14, LINE = 64, TIMED_OUT = 124, TICK_MS = 100 };

struct job { long id; pid_t pid; int out; int killed, reaped, status; int64_t deadline; };

static struct job jobs[JOBS];
static int port;

static int64_t now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static void send_all(const void *data, size_t n)
{
	const uint8_t *p = data;
	while (n) {
		ssize_t r = write(port, p, n);
		if (r < 0 && errno == EINTR) continue;
		if (r < 0 && errno == EAGAIN) { struct pollfd q = { port, POLLOUT, 0 }; poll(&q, 1, -1); continue; }
		if (r <= 0) exit(1);
		p += r; n -= r;
	}
}

static void start(long id, long seconds, const char *script, size_t n)
{
	struct job *j = 0;
	for (int i = 0; i < JOBS && !j; i++) if (!jobs[i].pid) j = &jobs[i];
	int out[2];
	char line[LINE];
	if (!j || pipe2(out, O_CLOEXEC)) {
		send_all(line, snprintf(line, sizeof line, "end %ld 126\n", id));
		return;
	}
	char *text = strndup(script, n);
	pid_t pid = fork();
	if (pid == 0) {
		setsid();
		int null = open("/dev/null", O_RDONLY);
		dup2(null, 0); dup2(out[1], 1); dup2(out[1], 2);
		execl("/bin/sh", "sh", "-c", text, (char *)0);
		_exit(127);
	}
	free(text);
	close(out[1]);
	*j = (struct job){ .id = id, .pid = pid, .out = out[0], .deadline = now_ms() + seconds * 1000 };
}

/* Takes one request from the buffer; gives how many octets it had, 0 when it is not all there. */
static size_t take(char *buffer, size_t have)
{
	char *end = memchr(buffer, '\n', have);
	long id, seconds; size_t length;
	if (!end) return 0;
	if (sscanf(buffer, "run %ld %ld %zu", &id, &seconds, &length) != 3 || length > SCRIPT) exit(2);
	size_t head = end + 1 - buffer;
	if (have < head + length) return 0;
	start(id, seconds, end + 1, length);
	return head + length;
}

static void finish(struct job *j)
{
	char line[LINE];
	int status = j->killed ? TIMED_OUT : WIFEXITED(j->status) ? WEXITSTATUS(j->status) : 128 + WTERMSIG(j->status);
	send_all(line, snprintf(line, sizeof line, "end %ld %d\n", j->id, status));
	close(j->out);
	j->pid = 0;
}

static void forward(struct job *j)
{
	static char data[CHUNK];
	char line[LINE];
	ssize_t r = read(j->out, data, sizeof data);
	if (r > 0) {
		send_all(line, snprintf(line, sizeof line, "out %ld %zd\n", j->id, r));
		send_all(data, r);
	}
}

int main(int argc, char **argv)
{
	static char in[SCRIPT + LINE];
	size_t have = 0;
	if (argc < 2 || (port = open(argv[1], O_RDWR | O_CLOEXEC)) < 0) { perror("commandport"); return 1; }
	for (;;) {
		struct pollfd q[JOBS + 1] = { { port, POLLIN, 0 } };
		for (int i = 0; i < JOBS; i++) q[i + 1] = (struct pollfd){ jobs[i].pid ? jobs[i].out : -1, POLLIN, 0 };
		if (poll(q, JOBS + 1, TICK_MS) < 0 && errno != EINTR) return 1;
		if (q[0].revents & POLLIN) {
			ssize_t r = read(port, in + have, sizeof in - have);
			if (r > 0) have += r;
			for (size_t n; (n = take(in, have)); have -= n) memmove(in, in + n, have - n);
		} else if (q[0].revents & POLLHUP) {
			usleep(TICK_MS * 1000);	/* the host's side is not open yet, or was closed */
		}
		for (int i = 0; i < JOBS; i++) {
			struct job *j = &jobs[i];
			if (!j->pid) continue;
			if (q[i + 1].revents & POLLIN) forward(j);
			if (!j->reaped && waitpid(j->pid, &j->status, WNOHANG) == j->pid) j->reaped = 1;
			if (j->reaped) {
				/* What it wrote before it ended, and no more: a child may hold the pipe open for ever. */
				struct pollfd rest = { j->out, POLLIN, 0 };
				while (poll(&rest, 1, 0) > 0 && rest.revents & POLLIN) forward(j);
				finish(j);
			} else if (!j->killed && now_ms() > j->deadline) {
				j->killed = 1;
				kill(-j->pid, SIGKILL);
			}
		}
	}
}
