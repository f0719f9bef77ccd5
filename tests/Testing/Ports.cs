using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ECommerce.Channels.Testing;

/// <summary>
/// Ports of loopback for servers of tests, below those the kernel gives to outgoing connections: between asking and listening no client
/// takes one. While this process lives no other test is given the same, even where its listener is down for a while.
/// </summary>
public static class Ports
{
    private const int First = 15_000;
    private const int Last = 32_000;

    private static readonly string Folder = Path.Combine(Path.GetTempPath(), "channels-test-ports-" + Environment.UserName);

    /// <summary>Locked files, one a port; the end of the process lets them go.</summary>
    private static readonly ConcurrentBag<FileStream> Reserved = [];

    /// <summary>A port nobody listens on, or the first of some neighbouring ones.</summary>
    public static int Free(int count = 1)
    {
        while (true)
        {
            var first = Random.Shared.Next(First, Last - count);
            if (Enumerable.Range(first, count).All(port => Reserve(port) && IsFree(port))) return first;
        }
    }

    private static bool Reserve(int port)
    {
        var file = Path.Combine(Directory.CreateDirectory(Folder).FullName, port.ToString(CultureInfo.InvariantCulture));
        try
        {
            Reserved.Add(new FileStream(file, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None));
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
