/* patch-lite in C: a binary heap of events, one for each task's phase end and one for the next try:
 * patch-lite TASKS REPLICAS SEED. */

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum phase { USER, ASLEEP_CLEAN, ASLEEP_AFFECTED };

static const double MEAN_SECONDS[] = { 0.005, 0.05, 2 };
static const double AFFECTED_ODDS = 0.1; /* of a sleep to be on the patched function */

struct task {
	enum phase phase;
	bool switched;
};

struct event {
	double at; /* seconds */
	int task;  /* whose phase ends; `count` for the loader's try */
};

static int count;
static struct task *tasks;
static struct event *heap;
static int pending;

/* xoshiro256+ (Blackman and Vigna), seeded by splitmix64. */
static uint64_t state[4];

static uint64_t rotate(uint64_t x, int k)
{
	return x << k | x >> (64 - k);
}

static void seed_random(uint64_t seed)
{
	for (int i = 0; i < 4; i++) {
		uint64_t z = seed += 0x9e3779b97f4a7c15;
		z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
		z = (z ^ z >> 27) * 0x94d049bb133111eb;
		state[i] = z ^ z >> 31;
	}
}

/* In [0, 1). */
static double uniform(void)
{
	uint64_t sum = state[0] + state[3], shifted = state[1] << 17;
	state[2] ^= state[0];
	state[3] ^= state[1];
	state[1] ^= state[2];
	state[0] ^= state[3];
	state[2] ^= shifted;
	state[3] = rotate(state[3], 45);
	return (double)(sum >> 11) * 0x1p-53;
}

static double exponential(double mean)
{
	return -mean * log(1 - uniform());
}

static void push(struct event event)
{
	int place = pending++;
	while (place > 0) {
		int parent = (place - 1) / 2;
		if (heap[parent].at <= event.at)
			break;
		heap[place] = heap[parent];
		place = parent;
	}
	heap[place] = event;
}

static struct event pop(void)
{
	struct event first = heap[0], last = heap[--pending];
	int place = 0;
	for (;;) {
		int child = 2 * place + 1;
		if (child >= pending)
			break;
		if (child + 1 < pending && heap[child + 1].at < heap[child].at)
			child++;
		if (last.at <= heap[child].at)
			break;
		heap[place] = heap[child];
		place = child;
	}
	heap[place] = last;
	return first;
}

static void begin(int i, enum phase phase, double now)
{
	tasks[i].phase = phase;
	push((struct event){ now + exponential(MEAN_SECONDS[phase]), i });
}

static void end_phase(int i, double now)
{
	if (tasks[i].phase == USER) {
		begin(i, uniform() < AFFECTED_ODDS ? ASLEEP_AFFECTED : ASLEEP_CLEAN, now);
	} else {
		tasks[i].switched = true; /* in the exit-to-user loop */
		begin(i, USER, now);
	}
}

/* Where a task is found: phases by their shares of wall time, visits a cycle times mean. */
static enum phase stationary_phase(void)
{
	double user = MEAN_SECONDS[USER];
	double clean = (1 - AFFECTED_ODDS) * MEAN_SECONDS[ASLEEP_CLEAN];
	double affected = AFFECTED_ODDS * MEAN_SECONDS[ASLEEP_AFFECTED];
	double u = (user + clean + affected) * uniform();
	return u < user ? USER : u < user + clean ? ASLEEP_CLEAN : ASLEEP_AFFECTED;
}

/* Visits every task; from outside only one asleep off the patched function can be switched. True when none is left. */
static bool try_complete(void)
{
	bool complete = true;
	for (int i = 0; i < count; i++) {
		if (tasks[i].phase == ASLEEP_CLEAN)
			tasks[i].switched = true;
		complete &= tasks[i].switched;
	}
	return complete;
}

/* One transition: the seconds to the try that finds it complete. */
static double transition(void)
{
	pending = 0;
	push((struct event){ 0, count });
	for (int i = 0; i < count; i++) {
		tasks[i].switched = false;
		begin(i, stationary_phase(), 0);
	}
	for (;;) {
		struct event event = pop();
		if (event.task < count)
			end_phase(event.task, event.at);
		else if (try_complete())
			return event.at;
		else
			push((struct event){ event.at + 1, count });
	}
}

int main(int argc, char **argv)
{
	if (argc != 4) {
		fprintf(stderr, "usage: patch-lite TASKS REPLICAS SEED\n");
		return 2;
	}
	count = atoi(argv[1]);
	int replicas = atoi(argv[2]);
	seed_random(strtoull(argv[3], NULL, 10));
	tasks = malloc(count * sizeof(*tasks));
	heap = malloc((count + 1) * sizeof(*heap));
	if (!tasks || !heap)
		return 1;

	double sum = 0;
	int later15 = 0;
	clock_t started = clock();
	for (int i = 0; i < replicas; i++) {
		double seconds = transition();
		sum += seconds;
		later15 += seconds > 15;
	}
	double cpu_seconds = (double)(clock() - started) / CLOCKS_PER_SEC;
	printf("{\"mean\": %.9g, \"later15\": %.9g, \"cpuSeconds\": %.9g}\n", sum / replicas, (double)later15 / replicas,
	       cpu_seconds);
	return 0;
}
