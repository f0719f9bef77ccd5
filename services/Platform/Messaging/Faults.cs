using System.Net.Sockets;
using Npgsql;

namespace ECommerce.Channels.Platform.Messaging;

/// <summary>Tells what passes by itself from what does not.</summary>
internal static class Faults
{
    /// <summary>The database or the log is down, full, or in a deadlock: the same again may succeed.</summary>
    public static bool Passing(Exception exception) => exception switch
    {
        // Connections, transactions rolled back, locks, resources, shutdown, system errors.
        PostgresException postgres => postgres.SqlState[..2] is "08" or "40" or "55" or "53" or "57" or "58",
        NpgsqlException or TimeoutException or SocketException or IOException => true,
        EventLogUnavailableException or EventLogFullException => true,
        _ => false,
    };
}
