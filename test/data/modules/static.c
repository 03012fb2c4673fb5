// A livepatch module's tables as the compiler lays them out: a patch of two objects, and things that look alike and are not.
// Layouts follow docs/patch.md; lengths of what the kernel keeps to itself are made up, for no reader may know them.

typedef unsigned long word;

struct func { const char *old_name; void *new_func; word position; void *old_func; word own[17]; };
struct object { const char *name; struct func *funcs; void *callbacks[4]; word enabled, own[23]; };
struct patch { void *mod; struct object *objs; void *states; word replace, own[30]; };

extern char __this_module[];

int new_pipe_read(int a) { return a + 1; }
int new_vfs_read(int a) { return a + 2; }
static int new_ext4_write(int a) { return a + 3; }
static int before(void *object) { return object == 0; }

static struct func ext4_funcs[] = { { "ext4_file_write_iter", new_ext4_write, 0, 0, { 0 } }, { 0 } };
static struct func kernel_funcs[] = {
  { "pipe_read", new_pipe_read, 0, 0, { 0 } },
  { "vfs_read.isra.0", new_vfs_read, 2, 0, { 0 } },
  { 0 },
};
static struct func no_funcs[] = { { 0 } };
static struct object objects[] = {
  { 0, kernel_funcs, { before }, 0, { 0 } },
  { "callbacks_alone", no_funcs, { before, 0, 0, before }, 0, { 0 } },
  { "ext4", ext4_funcs, { 0 }, 0, { 0 } },
  { 0 },
};
struct patch patch = { __this_module, objects, 0, 1, { 0 } };

// Of another part of the module: an owner and a table, as a driver has them; a name and a function, as a command has them.
struct command { const char *name; int (*run)(int); };
struct command commands[] = { { "not_replaced", new_pipe_read }, { "nor_this", new_vfs_read }, { 0, 0 } };
struct driver { void *owner; struct command *commands; };
struct driver driver = { __this_module, commands };

__attribute__((section(".modinfo"), used)) static const char information[] = "license=GPL\0livepatch=Y\0name=own_static";
