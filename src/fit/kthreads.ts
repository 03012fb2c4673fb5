// Kernel threads by their names. Names with a number of a CPU, of a device or of a worker behind a slash are the kernel's own
// manner (Documentation/admin-guide/kernel-per-CPU-kthreads.rst, Documentation/core-api/workqueue.rst); of the others those of
// the core, of block devices, of file systems and of virtualisation that hosts commonly have.

const PER_CPU =
  /^(kworker|ksoftirqd|migration|cpuhp|rcuo[a-z]*|rcuc|rcub|rcuog|rcun|watchdog|irq|jbd2|ktimers|ktimersoftd|posixcputmr|idle_inject|backlog_napi|napi|stopper|ehca_comp|kintegrityd|bioset|raid5wq|xfs-[a-z-]+)\//;
const CORE =
  /^(kthreadd|pool_workqueue_release|rcu_.*|slub_flushwq|netns|mm_percpu_wq|kauditd|khungtaskd|khugepaged|ksmd|oom_reaper|writeback|kcompactd\d+|kswapd\d+|kdevtmpfs|inet_frag_wq|kblockd|blkcg_punt_bio|kthrotld|watchdogd|devfreq_wq|crypto|cryptd|kstrp|zswap\d*|numad|psimon|hwrng|card\d+-crtc\d+)$/;
const DEVICES =
  /^(scsi_eh_\d+|scsi_tmf_\d+|ata_sff|nvme.*|md\d*.*_raid\d+|md|md_bitmap|dm_bufio_cache|kdmflush.*|kcryptd.*|dmcrypt_write.*|mlx\w*|usb-storage|mmcqd\/.*|mmc\d+.*|ext4-rsv-conver.*|xfsaild.*|xfs_.*|btrfs-.*|jfsCommit|nfsd|nfsiod|rpciod|xprtiod|cifsd|ceph-.*|rbd\d*|zfs.*|z_.*_(iss|int).*|txg_(sync|quiesce)|arc_.*|dbu_evict)$/;
/** vhost-PID: a kernel thread up to 6.3 and again where 7.x is set so, else a thread of the machine's process that never runs user mode. */
const VIRTUALISATION =
  /^(vhost-\d+|kvm-nx-lpage-re.*|kvm-pit\/\d+|vfio-irqfd-clea.*|xenwatch|xenbus|xenbus_probe|virtio.*-\w+q)$/;

export function isKthreadName(comm: string): boolean {
  return [PER_CPU, CORE, DEVICES, VIRTUALISATION].some((names) => names.test(comm));
}
