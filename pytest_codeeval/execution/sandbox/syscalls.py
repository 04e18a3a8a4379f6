"""Numbers of the system calls that the sandbox makes or filters, by the machine's architecture."""

import os
import sys

# Each call with its number on x86_64 and the one on aarch64.
_BOTH = """
    ptrace=101/117 process_vm_readv=310/270 process_vm_writev=311/271 kcmp=312/272 move_pages=279/239
    migrate_pages=256/238 mount=165/40 umount2=166/39 pivot_root=155/41 chroot=161/51 unshare=272/97
    setns=308/268 keyctl=250/219 add_key=248/217 request_key=249/218 bpf=321/280 perf_event_open=298/241
    userfaultfd=323/282 kexec_load=246/104 kexec_file_load=320/294 init_module=175/105 finit_module=313/273
    delete_module=176/106 reboot=169/142 swapon=167/224 swapoff=168/225 acct=163/89 quotactl=179/60
    name_to_handle_at=303/264 open_by_handle_at=304/265 syslog=103/116 settimeofday=164/170
    clock_settime=227/112 adjtimex=159/171 clock_adjtime=305/266 sethostname=170/161 setdomainname=171/162
    personality=135/92 memfd_create=319/279 vmsplice=278/75 lookup_dcookie=212/18 vhangup=153/58
    nfsservctl=180/42 shmget=29/194 shmat=30/196 shmctl=31/195 shmdt=67/197 semget=64/190 semop=65/193
    semtimedop=220/192 semctl=66/191 msgget=68/186 msgsnd=69/189 msgrcv=70/188 msgctl=71/187 mq_open=240/180
    mq_unlink=241/181 mq_timedsend=242/182 mq_timedreceive=243/183 mq_notify=244/184 mq_getsetattr=245/185
    fanotify_init=300/262 fanotify_mark=301/263 inotify_init1=294/26 inotify_add_watch=254/27
    inotify_rm_watch=255/28 setxattr=188/5 lsetxattr=189/6 fsetxattr=190/7 removexattr=197/14
    lremovexattr=198/15 fremovexattr=199/16 clone=56/220 prlimit64=302/261 sched_setaffinity=203/122
    sched_setscheduler=144/119 sched_setattr=314/274 sched_setparam=142/118 setpriority=141/140
    ioprio_set=251/30 socket=41/198 socketpair=53/199 connect=42/203 bind=49/200 listen=50/201 ioctl=16/29
    fcntl=72/25 fchmod=91/52 fchmodat=268/53 fchown=93/55 fchownat=260/54 utimensat=280/88 truncate=76/45
    openat=257/56 kill=62/129 tgkill=234/131 tkill=200/130 rt_sigqueueinfo=129/138 rt_tgsigqueueinfo=297/240
    getxattr=191/8 lgetxattr=192/9 fgetxattr=193/10 listxattr=194/11 llistxattr=195/12 flistxattr=196/13
    flock=73/32 fallocate=285/47 setsockopt=54/208 getsockopt=55/209 rt_sigaction=13/134
    prctl=157/167 capget=125/90 capset=126/91 seccomp=317/277
"""
# Calls that only x86_64 has.
_X86_64 = """
    open=2 chmod=90 chown=92 lchown=94 utime=132 uselib=134 ustat=136 sysfs=139 modify_ldt=154 _sysctl=156
    iopl=172 ioperm=173 create_module=174 get_kernel_syms=177 query_module=178 utimes=235 inotify_init=253
    futimesat=261
"""
# Since 5.1 a new call has the same number everywhere.
_SHARED = """
    pidfd_send_signal=424 io_uring_setup=425 io_uring_enter=426 io_uring_register=427 open_tree=428
    move_mount=429 fsopen=430 fsconfig=431 fsmount=432 fspick=433 clone3=435 openat2=437 pidfd_getfd=438
    process_madvise=440 mount_setattr=442 quotactl_fd=443 landlock_create_ruleset=444 landlock_add_rule=445
    landlock_restrict_self=446 memfd_secret=447 process_mrelease=448 fchmodat2=452 statmount=457 listmount=458
    lsm_set_self_attr=460 setxattrat=463 getxattrat=464 listxattrat=465 removexattrat=466
    open_tree_attr=467 file_setattr=469
"""
NEWEST = 469  # file_setattr, of Linux 6.17; numbers above are of calls nobody has judged yet

# What the kernel calls the architecture in a seccomp filter's data.
AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}


def numbers(machine: str) -> dict[str, int]:
    """Return the number of each call there is on `machine`; empty for one that is not known."""
    if machine not in AUDIT_ARCH:
        return {}
    known = {name: int(number) for name, number in _pairs(_SHARED)}
    column = 0 if machine == "x86_64" else 1
    known |= {name: int(both.split("/")[column]) for name, both in _pairs(_BOTH)}
    if machine == "x86_64":
        known |= {name: int(number) for name, number in _pairs(_X86_64)}
    return known


def machine() -> str:
    """Return the architecture this interpreter runs as, which on a 64-bit kernel may be a 32-bit one."""
    return os.uname().machine if sys.platform == "linux" and sys.maxsize > 1 << 32 else ""


def _pairs(table: str) -> list[tuple[str, str]]:
    return [(name, numbers) for name, _, numbers in (entry.partition("=") for entry in table.split())]
