using System.IO.Hashing;
using System.Text;

namespace ECommerce.Channels.Kpi.Rollups;

/// <summary>The fields whose raw codes are kept.</summary>
public enum CodeField
{
    Channel,
    Service,
    Region,
    Brand,
    Reason,
    Source,
}

/// <summary>The raw codes of one field and their ids, found from UTF-8 without allocating. Written by one thread.</summary>
internal sealed class CodeTable
{
    /// <summary>Stands for a missing region, brand or reason.</summary>
    public const string None = "none";

    /// <summary>Stands for unknown codes beyond the first thousand of a field and day.</summary>
    public const string Other = "~other";

    // Replaced when it grows and never shortened: another thread may read the text of an id it was given.
    private volatile Entry[] byId = new Entry[64];
    private int[] slots = new int[256];

    private readonly record struct Entry(ulong Hash, byte[]? Text);

    /// <summary>The highest id.</summary>
    public int Count { get; private set; }

    /// <summary>Null where no code has the id.</summary>
    public string? Text(int id) => byId[id].Text is { } text ? Encoding.UTF8.GetString(text) : null;

    /// <summary>The hash of a code's text; the same in every process.</summary>
    public static ulong Hash(ReadOnlySpan<byte> text) => XxHash3.HashToUInt64(text);

    /// <summary>0 where the code has no id yet.</summary>
    public int Find(ReadOnlySpan<byte> text, ulong hash)
    {
        for (var slot = (int)hash & (slots.Length - 1); slots[slot] != 0; slot = (slot + 1) & (slots.Length - 1))
        {
            var id = slots[slot];
            if (byId[id].Hash == hash && text.SequenceEqual(byId[id].Text)) return id;
        }
        return 0;
    }

    /// <summary>Ids are given by the database, one after the other; gaps are filled later.</summary>
    public void Add(int id, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (id >= byId.Length)
        {
            var grown = byId;
            Array.Resize(ref grown, Math.Max(id + 1, byId.Length * 2));
            byId = grown;
        }
        if (byId[id].Text is not null) return;
        byId[id] = new Entry(Hash(bytes), bytes);
        Count = Math.Max(Count, id);
        if ((Count + 1) * 2 > slots.Length) Rehash();
        else Place(id);
    }

    private void Rehash()
    {
        slots = new int[slots.Length * 2];
        for (var id = 1; id <= Count; id++)
            if (byId[id].Text is not null) Place(id);
    }

    private void Place(int id)
    {
        var slot = (int)byId[id].Hash & (slots.Length - 1);
        while (slots[slot] != 0) slot = (slot + 1) & (slots.Length - 1);
        slots[slot] = id;
    }
}
