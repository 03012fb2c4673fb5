// The table that kpatch-build makes, and livepatch's own symbols and relocations (docs/patch.md), written out by hand.

typedef unsigned long word;

struct entry { void *new_addr; word new_size, old_addr, old_size, position; const char *name, *object; };

int new_tcp_recvmsg(int a) { return a + 1; }
int new_nfs_read(int a) { return a + 2; }

__attribute__((section(".kpatch.strings"), used)) static const char strings[] = "vmlinux\0tcp_recvmsg\0nfs\0nfs_file_read";
__attribute__((section(".kpatch.funcs"), used)) static struct entry entries[] = {
  { new_tcp_recvmsg, 8, 0x1000, 16, 0, strings + 8, strings },
  { new_nfs_read, 8, 0, 16, 1, strings + 24, strings + 20 },
};

__asm__(".section \".klp.rela.nfs..text.new_nfs_read\",\"a\",@progbits\n.zero 24\n.previous");
__attribute__((section(".modinfo"), used)) static const char information[] = "livepatch=Y\0license=GPL";
