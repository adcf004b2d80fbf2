using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Offloop;

/// <summary>The settings of an <see cref="InlineExecutor"/>. Immutable; each property validates its value when it is set.</summary>
public sealed record InlineOptions
{
    /// <inheritdoc cref="ThreadPoolOptions.TaskTimeout"/>
    public TimeSpan TaskTimeout { get; init => field = Check.Timeout(value); } = Timeout.InfiniteTimeSpan;

    /// <summary>How long a task may go on after its token was cancelled before its outcome is decided without it.</summary>
    /// <value>Zero or more. The default is 2 seconds.</value>
    public TimeSpan CancellationGrace { get; init => field = Check.NotNegative(value); } = TimeSpan.FromSeconds(2);

    /// <inheritdoc cref="ThreadPoolOptions.ShutdownTimeout"/>
    public TimeSpan ShutdownTimeout { get; init => field = Check.NotNegative(value); } = TimeSpan.FromSeconds(30);

    /// <inheritdoc cref="ThreadPoolOptions.RoundTripPayloads"/>
    public bool RoundTripPayloads { get; init; }

    /// <inheritdoc cref="ThreadPoolOptions.JsonOptions"/>
    public Action<JsonSerializerOptions>? JsonOptions { get; init => field = Check.Stateless(value); }

    /// <inheritdoc cref="ThreadPoolOptions.LoggerFactory"/>
    public ILoggerFactory LoggerFactory { get; init => field = Check.NotNull(value); } = NullLoggerFactory.Instance;

    /// <inheritdoc cref="ThreadPoolOptions.TimeProvider"/>
    public TimeProvider TimeProvider { get; init => field = Check.NotNull(value); } = TimeProvider.System;
}
