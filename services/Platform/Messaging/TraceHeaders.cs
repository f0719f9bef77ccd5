using System.Diagnostics;
using System.Text;
using ECommerce.Channels.Contracts;

namespace ECommerce.Channels.Platform.Messaging;

/// <summary>Trace context of records, W3C, by the framework's propagator.</summary>
public static class TraceHeaders
{
    /// <summary>Adds the context of an activity, where it is sampled; others would only cost.</summary>
    public static void Inject(Activity? activity, ICollection<LogHeader> headers)
    {
        if (activity is not { Recorded: true }) return;
        DistributedContextPropagator.Current.Inject(activity, headers, static (carrier, name, value) =>
        {
            // Baggage may hold anything; a topic gets the trace only.
            if (name is EnvelopeHeaders.TraceParent or EnvelopeHeaders.TraceState)
                ((ICollection<LogHeader>)carrier!).Add(new LogHeader(name, Encoding.ASCII.GetBytes(value)));
        });
    }

    /// <summary>The context a record carries; default where it has none.</summary>
    public static ActivityContext Extract(IReadOnlyList<LogHeader> headers) =>
        CloudEvents.Find(headers, EnvelopeHeaders.TraceParent) is { } parent
        && ActivityContext.TryParse(parent, CloudEvents.Find(headers, EnvelopeHeaders.TraceState), isRemote: true, out var context)
            ? context
            : default;
}
