using Microsoft.Extensions.Logging;

namespace HostStack.NetDevices.Interfaces;

/// <summary>Tells the subscribers of an event on a thread that is nobody's but the port's: what one of them throws would end
/// the process, or take the event from the others.</summary>
internal static partial class Subscribers
{
    /// <summary>Tells each of them; what one throws is logged.</summary>
    /// <typeparam name="T">What is told.</typeparam>
    /// <param name="subscribers">The event; null where nobody listens.</param>
    /// <param name="value">What is told.</param>
    /// <param name="logger">Hears of those that throw.</param>
    /// <param name="name">Whose event it is.</param>
    public static void Tell<T>(Action<T>? subscribers, T value, ILogger logger, string name)
    {
        foreach (var subscriber in Delegate.EnumerateInvocationList(subscribers))
        {
            Try(() => subscriber(value), logger, name);
        }
    }

    /// <inheritdoc cref="Tell{T}(Action{T}, T, ILogger, string)"/>
    /// <typeparam name="TFirst">What is told first.</typeparam>
    /// <typeparam name="TSecond">What is told second.</typeparam>
    public static void Tell<TFirst, TSecond>(
        Action<TFirst, TSecond>? subscribers, TFirst first, TSecond second, ILogger logger, string name)
    {
        foreach (var subscriber in Delegate.EnumerateInvocationList(subscribers))
        {
            Try(() => subscriber(first, second), logger, name);
        }
    }

#pragma warning disable CA1031 // Whatever one subscriber throws, the others are told, and the port goes on.
    private static void Try(Action tell, ILogger logger, string name)
    {
        try
        {
            tell();
        }
        catch (Exception failure)
        {
            LogFailed(logger, name, failure);
        }
    }
#pragma warning restore CA1031

    [LoggerMessage(Level = LogLevel.Error, Message = "{Name}: a subscriber of its events threw; the others are told all the same")]
    private static partial void LogFailed(ILogger logger, string name, Exception failure);
}
