namespace HostStack.Hci.Transport.Unix;

/// <summary>Errors that have a meaning here, by the numbers of Linux; those of macOS that differ are told apart by
/// <see cref="UnixError.Last"/>.</summary>
internal enum Errno
{
    None = 0,
    EPERM = 1,
    ENOENT = 2,
    EINTR = 4,
    EIO = 5,
    ENXIO = 6,
    EBADF = 9,
    EAGAIN = 11,
    ENOMEM = 12,
    EACCES = 13,
    EBUSY = 16,
    ENODEV = 19,
    ENOTDIR = 20,
    EISDIR = 21,
    EINVAL = 22,
    ENFILE = 23,
    EMFILE = 24,
    ENOTTY = 25,
    EPIPE = 32,
    EBADFD = 77,
    EUSERS = 87,
    EPROTONOSUPPORT = 93,
    EAFNOSUPPORT = 97,
    ENETDOWN = 100,
    ETIMEDOUT = 110,
    EALREADY = 114,
    ERFKILL = 132,
}
