// The tables that klp-build leaves (docs/patch.md), of as many objects as it is compiled for and linked together of.

typedef unsigned long word;

struct func { const char *old_name; void *new_func; word position; };
struct object { const char *name; struct func *funcs; void *callbacks[4]; _Bool enabled; unsigned count; };

int FUNCTION(int a) { return a + 1; }
static int second(int a) { return a + 2; }

__attribute__((section(".init.klp_funcs"), used)) static struct func funcs[] = {
  { NAME, FUNCTION, 0 },
  { NAME "_slow", second, 0 },
};
__attribute__((section(".init.klp_objects"), used)) static struct object object = { OBJECT, funcs, { 0 }, 0, 2 };
__attribute__((section(".modinfo"), used)) static const char information[] = "livepatch=Y";
